import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Registry } from '../registry.ts';
import { durations, type Instrumentation, type InstrumentationOptions } from './conventions.ts';
import { methodLabel } from './http-methods.ts';
import { listen } from './subscription.ts';

/** What undici says of a request. */
interface UndiciRequest {
  readonly origin?: string | URL;
  readonly method?: string;
}

const nameOf = (error: unknown): string => {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error';
};

const addressOf = (origin: string | URL | undefined): [host: string, port: string] => {
  const url = URL.canParse(String(origin)) ? new URL(String(origin)) : undefined;
  if (url === undefined) return ['', ''];
  return [url.hostname, url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port];
};

/**
 * Measures the requests of `fetch`, undici and node:http: durations by method, server and status, from the request to the
 * end of the answer.
 */
export const instrumentHttpClient = (
  registry: Registry,
  options: InstrumentationOptions = {},
): Instrumentation => {
  const observe = durations(registry, options, {
    help: 'Duration of HTTP client requests.',
    oslo: 'oslo_http_client_request_seconds',
    otel: 'http_client_request_duration_seconds',
    labels: [
      ['method', 'http_request_method'],
      ['host', 'server_address'],
      ['port', 'server_port'],
      ['status', 'http_response_status_code'],
      ['error', 'error_type'],
    ],
  });
  interface Open {
    readonly start: number;
    status: number | undefined;
  }
  const open = new WeakMap<object, Open>();
  const begin = (request: object): void => {
    open.set(request, { start: performance.now(), status: undefined });
  };
  const end = (
    request: object,
    method: string | undefined,
    address: [string, string],
    error: string,
  ): void => {
    const state = open.get(request);
    if (state === undefined) return;
    open.delete(request);
    const status = state.status === undefined ? '' : String(state.status);
    const type = error === '' && (state.status ?? 0) >= 400 ? status : error;
    observe([methodLabel(method), ...address, status, type], (performance.now() - state.start) / 1000);
  };
  const undiciEnd = (request: UndiciRequest, error: string): void => {
    end(request, request.method, addressOf(request.origin), error);
  };
  const nodeEnd = (request: ClientRequest, error: string): void => {
    const port = request.socket?.remotePort;
    end(request, request.method, [request.host, port === undefined ? '' : String(port)], error);
  };
  return listen({
    'undici:request:create': ({ request }: { readonly request: UndiciRequest }) => {
      begin(request);
    },
    'undici:request:headers': (message: {
      readonly request: UndiciRequest;
      readonly response: { readonly statusCode: number };
    }) => {
      const state = open.get(message.request);
      if (state !== undefined) state.status = message.response.statusCode;
    },
    'undici:request:trailers': ({ request }: { readonly request: UndiciRequest }) => {
      undiciEnd(request, '');
    },
    'undici:request:error': ({
      request,
      error,
    }: {
      readonly request: UndiciRequest;
      readonly error: unknown;
    }) => {
      undiciEnd(request, nameOf(error));
    },
    'http.client.request.start': ({ request }: { readonly request: ClientRequest }) => {
      begin(request);
      // An answer that nobody reads to its end is over when the request is.
      request.once('close', () => {
        nodeEnd(request, open.get(request)?.status === undefined ? 'aborted' : '');
      });
      request.once('response', (response: IncomingMessage) => {
        const state = open.get(request);
        if (state !== undefined) state.status = response.statusCode;
      });
    },
    'http.client.request.error': ({
      request,
      error,
    }: {
      readonly request: ClientRequest;
      readonly error: unknown;
    }) => {
      nodeEnd(request, nameOf(error));
    },
  });
};
