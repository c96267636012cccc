import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import type { HealthAnswer, HealthRequest } from '../endpoint/request.ts';

/** A listener of node:http. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A request of node:http, of which nothing is read that is not asked for: its headers alone cost a microsecond. */
class NodeRequest implements HealthRequest {
  readonly method: string;
  readonly url: string;
  readonly original: unknown;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage, url: string, original: unknown) {
    this.method = request.method ?? 'GET';
    this.url = url;
    this.original = original;
    this.#request = request;
  }

  get accept(): string | undefined {
    const raw = this.#request.rawHeaders;
    let found: string | undefined;
    for (let index = 0; index < raw.length; index += 2) {
      const name = raw[index];
      if (name?.length !== 6 || (name !== 'Accept' && name !== 'accept' && name.toLowerCase() !== 'accept'))
        continue;
      // Of several all count, as when headers are read.
      found = found === undefined ? raw[index + 1] : `${found}, ${raw[index + 1] ?? ''}`;
    }
    return found;
  }

  get headers(): IncomingMessage['headers'] {
    return this.#request.headers;
  }

  get remoteAddress(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  get port(): number | undefined {
    return this.#request.socket.localPort;
  }
}

/** What is looked at of a request of node:http. */
export const requestOf = (
  request: IncomingMessage,
  original: unknown = request,
  url: string = request.url ?? '/',
): HealthRequest => new NodeRequest(request, url, original);

/** Sends an answer by node:http. */
export const sendTo = (
  response: ServerResponse,
  { status, headers, body }: HealthAnswer,
  isHead: boolean,
): void => {
  response.writeHead(status, headers as string[]);
  if (isHead) response.end();
  else response.end(body);
};

/**
 * A listener of node:http that answers at the paths of an endpoint and leaves the rest to `next`, whose calls count as
 * those of a request.
 * @param next what answers everything else, and requests that are ignored. @default 404
 */
export const healthListener = (
  endpoint: HealthEndpoint,
  next: RequestListener = (_, response) => {
    response.writeHead(404).end();
  },
): RequestListener => {
  const { health } = endpoint;
  return (request, response) => {
    const answer = endpoint.answer(requestOf(request));
    const isHead = request.method === 'HEAD';
    if (answer === undefined) {
      if (health.phase === 'draining') response.setHeader('Connection', 'close');
      health.request(request, () => {
        next(request, response);
      });
    } else if (answer instanceof Promise) {
      void answer.then((ready) => {
        sendTo(response, ready, isHead);
      });
    } else sendTo(response, answer, isHead);
  };
};

/**
 * Puts an endpoint in front of a server: requests for its paths never reach the framework behind. The listeners that the
 * server has get all other requests; add them before.
 * @returns a function that takes it away again
 */
export const attach = (
  server: Pick<Server, 'listeners' | 'removeAllListeners' | 'on'>,
  endpoint: HealthEndpoint,
): (() => void) => {
  const behind = server.listeners('request') as RequestListener[];
  const [only] = behind;
  server.removeAllListeners('request');
  server.on(
    'request',
    healthListener(
      endpoint,
      behind.length === 1
        ? only
        : behind.length === 0
          ? undefined
          : (request, response) => {
              for (const listener of behind) listener(request, response);
            },
    ),
  );
  return () => {
    server.removeAllListeners('request');
    for (const listener of behind) server.on('request', listener);
  };
};
