import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { CallToken, Component } from '../components/component.ts';
import { classifyHttp } from '../checks/http.ts';
import { endCall } from './tracing.ts';

interface UndiciRequest {
  readonly origin?: unknown;
}

interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}

/**
 * Records requests of undici, and so of `fetch`.
 * @param accepts which servers are this component's, by origin as `https://keystone:5000`
 */
export const observeFetch = (component: Component, accepts: (origin: string) => boolean): (() => void) => {
  const tokens = new WeakMap<object, CallToken>();
  const take = (request: UndiciRequest): CallToken | undefined => {
    const token = tokens.get(request);
    tokens.delete(request);
    return token;
  };
  const handlers: Readonly<Record<string, (message: unknown) => void>> = {
    'undici:request:create': (message) => {
      const { request } = message as UndiciMessage;
      if (accepts(String(request.origin))) tokens.set(request, component.begin());
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as UndiciMessage;
      const token = take(request);
      if (token === undefined) return;
      if ((response?.statusCode ?? 0) >= 500) component.fail(token);
      else component.ok(token);
    },
    'undici:request:error': (message) => {
      const { request, error } = message as UndiciMessage;
      const token = take(request);
      if (token !== undefined) endCall(component, token, error, classifyHttp(error));
    },
  };
  for (const [name, handle] of Object.entries(handlers)) subscribe(name, handle);
  return () => {
    for (const [name, handle] of Object.entries(handlers)) unsubscribe(name, handle);
  };
};
