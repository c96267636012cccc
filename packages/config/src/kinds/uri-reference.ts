import { URI_PATTERNS } from './uri-patterns.ts';

const REFERENCE = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^\\/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([^\n]*))?/u;
const LITERAL_CHARACTER = /[A-Za-z0-9._!\-~:/?#[\]@$&'()*+,;=]/u;

/** The parts of a URI reference, percent-encoded where RFC 3986 wants it; `undefined` for a part that is absent. */
export interface UriReference {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

/** What is wrong with a URI: parts that are missing, or parts that are not valid. */
export interface UriProblem {
  readonly problem: 'missing' | 'invalid';
  /** In alphabetical order. */
  readonly components: readonly ('scheme' | 'host' | 'path')[];
  readonly reference: UriReference;
}

/** Percent-encodes what may not stand in a URI; `%` itself only when not every `%` starts an encoding. */
const encode = (part: string): string => {
  const percents = part.split('%').length - 1;
  const isEncoded = (part.match(/%[A-Fa-f0-9]{2}/gu)?.length ?? 0) === percents;
  let encoded = '';
  for (const character of part) {
    if (LITERAL_CHARACTER.test(character) || (isEncoded && character === '%')) encoded += character;
    else
      for (const byte of new TextEncoder().encode(character))
        encoded += `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return encoded;
};

const hostOf = (authority: string | undefined): string | undefined => {
  if (authority === undefined) return undefined;
  const host = URI_PATTERNS.authority.exec(authority)?.[1];
  if (host === undefined) return undefined;
  return URI_PATTERNS.ipv4Host.test(host) && host.split('.').some((byte) => Number(byte) > 255)
    ? undefined
    : host;
};

/**
 * What is wrong with `text` as an absolute URI with a host (RFC 3986), or `undefined`.
 * @parity rfc3986 1.5.0 validators.py Validator, as oslo.config 9.0.0 types.py URI uses it — same
 */
export const checkUri = (text: string): UriProblem | undefined => {
  const [, scheme, authority, path, query, fragment] = REFERENCE.exec(text) ?? [];
  const reference: UriReference = {
    scheme,
    authority: authority === '' ? undefined : authority,
    path: path === '' || path === undefined ? undefined : encode(path),
    query: query === undefined ? undefined : encode(query),
    fragment: fragment === undefined ? undefined : encode(fragment),
  };
  const host = hostOf(reference.authority);
  const missing = [
    ...(host === undefined ? ['host' as const] : []),
    ...(scheme === undefined ? ['scheme' as const] : []),
  ];
  if (missing.length > 0) return { problem: 'missing', components: missing, reference };
  const isBadHost =
    host !== undefined && URI_PATTERNS.ipv6Host.test(host) && !URI_PATTERNS.strictIpv6Host.test(host);
  const isBadPath = reference.path !== undefined && !URI_PATTERNS.path.test(reference.path);
  const invalid = [...(isBadHost ? ['host' as const] : []), ...(isBadPath ? ['path' as const] : [])];
  return invalid.length > 0 ? { problem: 'invalid', components: invalid, reference } : undefined;
};
