interface Routed {
  readonly method?: unknown;
  readonly url?: unknown;
  readonly originalUrl?: unknown;
  readonly baseUrl?: unknown;
  /** express */
  readonly route?: { readonly path?: unknown };
  /** fastify */
  readonly routeOptions?: { readonly url?: unknown };
  /** koa's router */
  readonly _matchedRoute?: unknown;
  /** hono */
  readonly req?: { readonly method?: unknown; readonly path?: unknown };
}

const IDENTIFIER = /^(?:\d+|[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|.{33,})$/;

const pathOf = (url: string): string => {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] ?? '';
  const segments = path.split('/').slice(0, 8);
  return segments.map((segment) => (IDENTIFIER.test(segment) ? ':id' : segment)).join('/');
};

/**
 * The route of a request: that of express or fastify where they know it, else its path with `:id` in the place of
 * numbers and other identifiers. Undefined for what is no request.
 */
export const routeOf = (request: unknown): string | undefined => {
  if (typeof request !== 'object' || request === null) return undefined;
  const { method, url, originalUrl, baseUrl, route, routeOptions, _matchedRoute, req } = request as Routed;
  if (typeof method !== 'string') {
    return typeof req?.method === 'string' && typeof req.path === 'string'
      ? `${req.method} ${pathOf(req.path)}`
      : undefined;
  }
  if (typeof _matchedRoute === 'string') return `${method} ${_matchedRoute}`;
  if (typeof route?.path === 'string') {
    return `${method} ${typeof baseUrl === 'string' ? baseUrl : ''}${route.path}`;
  }
  if (typeof routeOptions?.url === 'string') return `${method} ${routeOptions.url}`;
  const asked = typeof originalUrl === 'string' ? originalUrl : url;
  return typeof asked === 'string' ? `${method} ${pathOf(asked)}` : undefined;
};
