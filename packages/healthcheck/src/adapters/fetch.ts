import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import type { HealthAnswer } from '../endpoint/request.ts';

/** A request as a Fetch handler gets it does not say where it came from: the server has to. */
export interface FetchOrigin {
  readonly remoteAddress?: string | undefined;
  readonly port?: number | undefined;
}

const responseOf = ({ status, headers, body }: HealthAnswer, method: string): Response => {
  const pairs: [string, string][] = [];
  for (let index = 0; index < headers.length; index += 2) {
    pairs.push([headers[index] ?? '', headers[index + 1] ?? '']);
  }
  return new Response(method === 'HEAD' || status === 204 ? null : new Uint8Array(body), {
    status,
    headers: pairs,
  });
};

/**
 * Answers a Fetch request at the paths of an endpoint.
 * @param origin where it came from; without an address it is taken as one from outside every range
 * @returns undefined for a request that is not of this endpoint
 */
export const answerFetch = async (
  endpoint: HealthEndpoint,
  request: Request,
  origin: FetchOrigin = {},
  original: unknown = request,
): Promise<Response | undefined> => {
  const answer = await endpoint.answer({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    remoteAddress: origin.remoteAddress ?? 'unknown',
    port: origin.port,
    original,
  });
  return answer === undefined ? undefined : responseOf(answer, request.method);
};

/**
 * A Fetch handler that answers at the paths of an endpoint and leaves the rest to `next`.
 * @param originOf where a request came from, as the server knows it
 */
export const fetchHealth =
  <Rest extends unknown[]>(
    endpoint: HealthEndpoint,
    next: (request: Request, ...rest: Rest) => Response | Promise<Response>,
    originOf: (request: Request, ...rest: Rest) => FetchOrigin = () => ({}),
  ) =>
  async (request: Request, ...rest: Rest): Promise<Response> =>
    (await answerFetch(endpoint, request, originOf(request, ...rest))) ??
    endpoint.health.request(request, () => next(request, ...rest));
