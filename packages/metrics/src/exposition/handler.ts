import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerStartError } from '../errors.ts';
import { acceptsGzip, CONTENT_TYPES, negotiateFormat } from './negotiate.ts';
import { Pages, type PageRequest, type PageSource, type RenderOptions } from './pages.ts';

/** Answers requests for the page, for node:http, express and whatever takes such a function. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What a server of its own is started with. */
export interface ServeOptions extends RenderOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** @default '/metrics' */
  readonly path?: string;
}

/** A server of the page. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const requestOf = (accept: string | undefined, encoding: string | undefined, query: string): PageRequest => {
  const names = new URLSearchParams(query).getAll('name[]');
  return {
    format: negotiateFormat(accept),
    isGzip: acceptsGzip(encoding),
    ...(names.length === 0 ? {} : { names: new Set(names) }),
  };
};

const headersOf = ({ format, isGzip }: PageRequest): Record<string, string> => ({
  'content-type': CONTENT_TYPES[format],
  vary: 'accept, accept-encoding',
  'cache-control': 'no-store',
  ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
});
/** Resolves when the response takes more again, or never will. Leaves no listener behind. */
const untilWritable = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

const queryOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

const answer = async (pages: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method, url = '', headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD', 'content-length': '0' }).end();
    return;
  }
  const { accept } = headers;
  const encoding = headers['accept-encoding'];
  const wanted = requestOf(accept, Array.isArray(encoding) ? encoding.join() : encoding, queryOf(url));
  let pieces: readonly Buffer[];
  try {
    pieces = await pages.render(wanted);
  } catch {
    response
      .writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      .end('The metrics cannot be collected.\n');
    return;
  }
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(200, { ...headersOf(wanted), 'content-length': String(length) });
  if (method === 'HEAD') {
    response.end();
    return;
  }
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await untilWritable(response);
  }
  response.end();
};

/** @returns a handler that answers with the page, in the format that the request likes best */
export const metricsHandler = (source: PageSource, options: RenderOptions = {}): MetricsHandler => {
  const pages = new Pages(source, options);
  return (request, response) => {
    answer(pages, request, response).catch(() => {
      response.destroy();
    });
  };
};

/** @returns a handler for servers that speak `Request` and `Response` */
export const metricsFetchHandler = (
  source: PageSource,
  options: RenderOptions = {},
): ((request: Request) => Promise<Response>) => {
  const pages = new Pages(source, options);
  return async ({ method, url, headers }) => {
    if (method !== 'GET' && method !== 'HEAD') {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
    }
    const wanted = requestOf(
      headers.get('accept') ?? undefined,
      headers.get('accept-encoding') ?? undefined,
      queryOf(url),
    );
    const pieces = await pages.render(wanted);
    const body = method === 'HEAD' ? null : Buffer.concat(pieces);
    return new Response(body, { headers: headersOf(wanted) });
  };
};

/**
 * Serves the page on a port of its own, by default for this machine only. Connections that send nothing are closed.
 * @throws ServerStartError
 */
export const serveMetrics = async (source: PageSource, options: ServeOptions): Promise<MetricsServer> => {
  const { host = '127.0.0.1', port, path = '/metrics', ...render } = options;
  const handle = metricsHandler(source, render);
  const server: Server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
    (request, response) => {
      if (request.url?.split('?')[0] === path) handle(request, response);
      else response.writeHead(404, { 'content-length': '0' }).end();
    },
  );
  server.maxConnections = 100;
  server.setTimeout(30_000);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new ServerStartError(host, port, { cause: error });
  }
  server.unref();
  const address = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${String(address.port)}${path}`,
    port: address.port,
    close,
    [Symbol.asyncDispose]: close,
  };
};
