import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '../registry.ts';
import { durations, type Instrumentation, type InstrumentationOptions, levels } from './conventions.ts';
import { methodLabel } from './http-methods.ts';
import { listen } from './subscription.ts';

/** What HTTP servers are measured with. */
export interface HttpServerOptions extends InstrumentationOptions {
  /**
   * The route of a request that neither express nor fastify routed: a pattern, never the path itself.
   * @default no route
   */
  readonly route?: (request: IncomingMessage) => string | undefined;
  /** Requests that do not count, such as those of health checks. */
  readonly ignore?: (request: IncomingMessage) => boolean;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What this needs of fastify. */
interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly raw: IncomingMessage; readonly routeOptions?: { readonly url?: string } },
      reply: unknown,
      done: () => void,
    ) => void,
  ): unknown;
}

/** Where express leaves the route of a request. */
interface ExpressRequest {
  readonly route?: { readonly path?: unknown };
  readonly baseUrl?: unknown;
}

const expressRoute = (request: IncomingMessage): string | undefined => {
  const { route, baseUrl } = request as ExpressRequest;
  if (typeof route?.path !== 'string') return undefined;
  return `${typeof baseUrl === 'string' ? baseUrl : ''}${route.path}`;
};

/**
 * Measures every HTTP server of this process, also those below express and fastify, by what Node says on its channels:
 * durations by method, route and status, and how many requests are being answered.
 */
export const instrumentHttpServer = (
  registry: Registry,
  options: HttpServerOptions = {},
): Instrumentation => {
  const observe = durations(registry, options, {
    help: 'Duration of HTTP server requests.',
    oslo: 'oslo_http_server_request_seconds',
    otel: 'http_server_request_duration_seconds',
    labels: [
      ['method', 'http_request_method'],
      ['route', 'http_route'],
      ['status', 'http_response_status_code'],
      [undefined, 'url_scheme'],
      ['error', 'error_type'],
    ],
  });
  const active = levels(registry, options, {
    help: 'HTTP requests that are being answered.',
    oslo: 'oslo_http_server_active_requests',
    otel: 'http_server_active_requests',
    labels: [
      ['method', 'http_request_method'],
      [undefined, 'url_scheme'],
    ],
  });
  const starts = new WeakMap<ServerResponse, number>();
  const fastifyRoutes = new WeakMap<IncomingMessage, string>();
  const routeOf = (request: IncomingMessage): string =>
    fastifyRoutes.get(request) ?? expressRoute(request) ?? options.route?.(request) ?? '';
  const schemeOf = ({ socket }: IncomingMessage): string => ('encrypted' in socket ? 'https' : 'http');

  const end = ({ request, response }: Exchange, isFinished: boolean): void => {
    const start = starts.get(response);
    if (start === undefined) return;
    starts.delete(response);
    const method = methodLabel(request.method);
    const scheme = schemeOf(request);
    active.add([method, scheme], -1);
    const status = String(response.statusCode);
    const error = isFinished ? (response.statusCode >= 500 ? status : '') : 'aborted';
    const seconds = (performance.now() - start) / 1000;
    observe([method, routeOf(request), isFinished ? status : '', scheme, error], seconds);
  };
  return listen({
    'http.server.request.start': (exchange: Exchange) => {
      const { request, response } = exchange;
      if (options.ignore?.(request) === true) return;
      starts.set(response, performance.now());
      active.add([methodLabel(request.method), schemeOf(request)], 1);
      response.once('close', () => {
        end(exchange, response.writableFinished);
      });
    },
    'http.server.response.finish': (exchange: Exchange) => {
      end(exchange, true);
    },
    // A request may be answered by a hook, or for its body, before its handler: fastify tells of itself when it is made.
    'fastify.initialization': ({ fastify }: { readonly fastify: FastifyLike }) => {
      fastify.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
        if (routeOptions?.url !== undefined) fastifyRoutes.set(raw, routeOptions.url);
        done();
      });
    },
    // One that was made before this.
    'tracing:fastify.request.handler:start': (store: {
      readonly request: { readonly raw: IncomingMessage };
      readonly route: { readonly url?: string };
    }) => {
      if (store.route.url !== undefined) fastifyRoutes.set(store.request.raw, store.route.url);
    },
  });
};
