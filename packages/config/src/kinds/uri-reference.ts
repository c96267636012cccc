const UNRESERVED = 'A-Za-z0-9._~\\-';
const SUB_DELIMITERS = "!$&'()*+,;=";
const PERCENT = '%[A-Fa-f0-9]{2}';

const HEX = '[0-9A-Fa-f]{1,4}';
const IPV4 = '(?:[0-9]{1,3}\\.){3}[0-9]{1,3}';
const LOW32 = `(?:${HEX}:${HEX}|${IPV4})`;
/** The nine forms of RFC 3986, section 3.2.2. */
const IPV6 = `(?:${[
  `(?:${HEX}:){6}${LOW32}`,
  `::(?:${HEX}:){5}${LOW32}`,
  `(?:${HEX})?::(?:${HEX}:){4}${LOW32}`,
  `(?:(?:${HEX}:)?${HEX})?::(?:${HEX}:){3}${LOW32}`,
  `(?:(?:${HEX}:){0,2}${HEX})?::(?:${HEX}:){2}${LOW32}`,
  `(?:(?:${HEX}:){0,3}${HEX})?::${HEX}:${LOW32}`,
  `(?:(?:${HEX}:){0,4}${HEX})?::${LOW32}`,
  `(?:(?:${HEX}:){0,5}${HEX})?::${HEX}`,
  `(?:(?:${HEX}:){0,6}${HEX})?::`,
].join('|')})`;
const ZONE = `(?:[${UNRESERVED}]|${PERCENT})+`;
const IPV_FUTURE = `v[0-9A-Fa-f]+\\.[${UNRESERVED}${SUB_DELIMITERS}:]+`;
const REGISTERED_NAME = `(?:${PERCENT}|[${SUB_DELIMITERS}${UNRESERVED}])*`;
const LITERAL = `\\[(?:${IPV6}(?:(?:%25|%)${ZONE})?|${IPV_FUTURE})\\]`;
const USER = `(?:[${UNRESERVED}${SUB_DELIMITERS}:]|${PERCENT})+`;

// Python's `$` also matches before a final line feed.
const END = '\\n?$';
const REFERENCE = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^\\/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([^\n]*))?/u;
const AUTHORITY = /* @__PURE__ */ new RegExp(
  `^(?:${USER}@)?(${REGISTERED_NAME}|${IPV4}|${LITERAL}):?(?:[0-9]{1,5})?${END}`,
  'u',
);
const IPV4_HOST = /* @__PURE__ */ new RegExp(`^${IPV4}${END}`, 'u');
const IPV6_HOST = /* @__PURE__ */ new RegExp(`^\\[${IPV6}(?:(?:%25|%)${ZONE})?\\]${END}`, 'u');
const IPV6_HOST_RFC6874 = /* @__PURE__ */ new RegExp(`^\\[${IPV6}(?:%25${ZONE})?\\]${END}`, 'u');
const PATH = /* @__PURE__ */ new RegExp(`^(?:[${UNRESERVED}${SUB_DELIMITERS}:@/]|${PERCENT})*$`, 'u');
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
  const host = AUTHORITY.exec(authority)?.[1];
  if (host === undefined) return undefined;
  return IPV4_HOST.test(host) && host.split('.').some((byte) => Number(byte) > 255) ? undefined : host;
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
  const isBadHost = host !== undefined && IPV6_HOST.test(host) && !IPV6_HOST_RFC6874.test(host);
  const isBadPath = reference.path !== undefined && !PATH.test(reference.path);
  const invalid = [...(isBadHost ? ['host' as const] : []), ...(isBadPath ? ['path' as const] : [])];
  return invalid.length > 0 ? { problem: 'invalid', components: invalid, reference } : undefined;
};
