import type { Check } from '../components/component-options.ts';
import { classifyAny, type Verdict } from '../components/failure.ts';

/** How a service answers over HTTP. */
export interface HttpCheckOptions {
  /** Whether a status shows that it works. @default below 500 */
  readonly accepts?: (status: number) => boolean;
  /** Headers of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What makes requests. @default fetch */
  readonly fetch?: typeof globalThis.fetch;
}

/** A status that does not show that the service works. */
export class HttpStatusError extends Error {
  readonly code: string;

  constructor(status: number) {
    super(`the service answered with status ${status}`);
    this.name = 'HttpStatusError';
    this.code = `HTTP_${status}`;
  }
}

/** An error of HTTP clients: a status below 500 shows that the service answers. */
export const classifyHttp = (error: unknown): Verdict => {
  const { status, statusCode, response } = (error ?? {}) as {
    status?: unknown;
    statusCode?: unknown;
    response?: { status?: unknown };
  };
  const found = [status, statusCode, response?.status].find((value) => typeof value === 'number');
  return typeof found === 'number' && found < 500 ? 'answer' : classifyAny(error);
};

/** Asks a URL and lets go of the body. */
export const askHttp = async (
  url: string | URL,
  signal: AbortSignal,
  { accepts = (status) => status < 500, headers = {}, fetch = globalThis.fetch }: HttpCheckOptions,
): Promise<Response> => {
  const response = await fetch(url, { signal, headers, redirect: 'manual' });
  if (!accepts(response.status)) {
    await response.body?.cancel();
    throw new HttpStatusError(response.status);
  }
  return response;
};

/** A service that answers over HTTP. */
export const http = (url: string | URL, options: HttpCheckOptions = {}): Check => ({
  probe: async ({ signal }) => {
    const response = await askHttp(url, signal, options);
    await response.body?.cancel();
  },
  classify: classifyHttp,
});
