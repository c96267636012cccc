import { createServer, request as send, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { HealthAnswer, HealthEndpoint, HealthRequest } from '../src/index.ts';

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks an endpoint without any server in between. */
export const ask = async (
  endpoint: HealthEndpoint,
  given: Partial<HealthRequest> = {},
): Promise<Answered | undefined> => {
  const answer: HealthAnswer | undefined = await endpoint.answer({
    method: 'GET',
    url: '/healthcheck',
    headers: {},
    remoteAddress: '127.0.0.1',
    port: 80,
    original: undefined,
    ...given,
  });
  if (answer === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (let index = 0; index < answer.headers.length; index += 2) {
    headers[answer.headers[index]!.toLowerCase()] = answer.headers[index + 1]!;
  }
  return { status: answer.status, headers, body: answer.body.toString() };
};

/** Listens on a free port of loopback. */
export const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** A server for the time of a test. */
export const serving = async (
  listener: Parameters<typeof createServer>[1],
): Promise<{ port: number; server: Server } & AsyncDisposable> => {
  const server = createServer(listener as never);
  const port = await listen(server);
  return {
    port,
    server,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Asks over HTTP, with exactly these bytes as the target. */
export const get = async (
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const request = send(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    request.on('error', reject);
    request.end();
  });

/** Sends bytes and collects what comes back until the other end closes. */
export const raw = async (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
