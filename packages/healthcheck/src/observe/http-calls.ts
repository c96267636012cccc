import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { CallToken, Component } from '../components/component.ts';

interface HttpMessage {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

/**
 * Records requests of the clients of node:http and node:https.
 * @param accepts which servers are this component's, by origin as `http://keystone:5000`
 */
export const observeHttp = (component: Component, accepts: (origin: string) => boolean): (() => void) => {
  const tokens = new WeakMap<ClientRequest, CallToken>();
  const take = (request: ClientRequest): CallToken | undefined => {
    const token = tokens.get(request);
    tokens.delete(request);
    return token;
  };
  const originOf = (request: ClientRequest): string =>
    `${request.protocol}//${String(request.getHeader('host') ?? request.host)}`;
  const handlers: Readonly<Record<string, (message: unknown) => void>> = {
    'http.client.request.start': (message) => {
      const { request } = message as HttpMessage;
      if (!accepts(originOf(request))) return;
      const token = component.begin();
      tokens.set(request, token);
      // A request that its own side destroyed ends without an error to tell of.
      request.prependOnceListener('close', () => {
        if (take(request) !== undefined) component.forget(token);
      });
    },
    'http.client.request.error': (message) => {
      const { request, error } = message as HttpMessage;
      const token = take(request);
      if (token !== undefined) component.fail(token, error);
    },
    'http.client.response.finish': (message) => {
      const { request, response } = message as HttpMessage;
      const token = take(request);
      if (token === undefined) return;
      if ((response?.statusCode ?? 0) >= 500) component.fail(token);
      else component.ok(token);
    },
  };
  for (const [name, handle] of Object.entries(handlers)) subscribe(name, handle);
  return () => {
    for (const [name, handle] of Object.entries(handlers)) unsubscribe(name, handle);
  };
};
