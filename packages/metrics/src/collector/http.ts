import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerStartError } from '../errors.ts';
import { type MetricsHandler, metricsHandler } from '../exposition/handler.ts';
import type { PageSource } from '../exposition/pages.ts';

/** What is served, and to whom. */
export interface HttpOptions {
  /** Empty for every address. */
  readonly host: string;
  readonly port: number;
  readonly isOslo: boolean;
  readonly page: PageSource;
  /** More pages by path, as JSON. */
  readonly reports: Readonly<Record<string, () => Promise<unknown>>>;
  readonly onRequest: ((line: string) => void) | undefined;
}

/** The HTTP side of a collector. */
export interface HttpServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Connections that may be open; more are turned away at once. */
const MOST_CONNECTIONS = 128;

/** As in oslo.metrics, every path and method gets the page, but what browsers ask for on their own. */
const osloRoutes =
  (metrics: MetricsHandler): MetricsHandler =>
  (request, response) => {
    if (request.url === '/favicon.ico') {
      response.writeHead(200).end();
      return;
    }
    const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
    const asked = Object.create(request, { method: { value: method } }) as IncomingMessage;
    request.resume();
    metrics(asked, response);
  };

const answerJson = (response: ServerResponse, value: unknown): void => {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(body);
};

const safeRoutes =
  (metrics: MetricsHandler, reports: HttpOptions['reports']): MetricsHandler =>
  (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const report = Object.hasOwn(reports, path) ? reports[path] : undefined;
    if (path === '/metrics' || path === '/') metrics(request, response);
    else if (report === undefined) response.writeHead(404, { 'content-length': '0' }).end();
    else if (request.method === 'GET') {
      void report().then(
        (value) => {
          answerJson(response, value);
        },
        () => response.writeHead(500, { 'content-length': '0' }).end(),
      );
    } else response.writeHead(405, { allow: 'GET', 'content-length': '0' }).end();
  };

/**
 * Serves the pages of a collector. Who connects and sends nothing, or does not read, is cut off and delays nobody.
 * @throws ServerStartError
 */
export const serveCollector = async (options: HttpOptions): Promise<HttpServer> => {
  const { host, port, isOslo, page, reports, onRequest } = options;
  const metrics = metricsHandler(page, { numbers: 'python', created: isOslo });
  const route = isOslo ? osloRoutes(metrics) : safeRoutes(metrics, reports);
  const server: Server = createServer(
    { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 },
    (request, response) => {
      onRequest?.(`${request.method ?? ''} ${request.url ?? ''}`);
      route(request, response);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(15_000);
  try {
    if (host === '') server.listen(port);
    else server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new ServerStartError(host, port, { cause: error });
  }
  const address = server.address() as AddressInfo;
  const shown =
    host === '' ? '127.0.0.1' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${String(address.port)}/metrics`,
    port: address.port,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
