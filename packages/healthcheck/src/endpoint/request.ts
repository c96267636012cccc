/** What is looked at of a request, whatever the framework calls it. */
export interface HealthRequest {
  readonly method: string;
  /** Path and query, or the whole URL. */
  readonly url: string;
  /** The header of this name, where reading it is cheaper than reading all. */
  readonly accept?: string | undefined;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The client's address; undefined for a Unix socket. */
  readonly remoteAddress?: string | undefined;
  /** The port the request came in by. */
  readonly port?: number | undefined;
  /** The request as the framework hands it on. */
  readonly original?: unknown;
}

/** An answer, ready to be sent. */
export interface HealthAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** An answer with a text. */
export const answerOf = (
  status: number,
  type: string | undefined,
  text: string,
  more: readonly string[] = [],
): HealthAnswer => {
  const body = Buffer.from(text);
  return {
    status,
    headers: [
      ...(type === undefined ? [] : ['Content-Type', type]),
      // What has no content has no length either.
      ...(status === 204 ? [] : ['Content-Length', String(body.length)]),
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
      ...more,
    ],
    body,
  };
};

/**
 * The path that is asked for: without query, without the host that a proxy's request carries, and with one slash where
 * there are several.
 */
export const pathOf = (url: string): string => {
  const end = url.search(/[?#]/);
  const path = (end < 0 ? url : url.slice(0, end)).replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]*/, '');
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
};
