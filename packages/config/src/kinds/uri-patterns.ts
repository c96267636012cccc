/** What the parts of a URI may look like. */
export interface UriPatterns {
  /** Its first group is the host. */
  readonly authority: RegExp;
  readonly ipv4Host: RegExp;
  /** In brackets, with a zone after `%` or `%25`. */
  readonly ipv6Host: RegExp;
  /** In brackets, with a zone after `%25` only, as RFC 6874 wants it. */
  readonly strictIpv6Host: RegExp;
  readonly path: RegExp;
}

/** Composes the patterns from the grammar of RFC 3986, appendix A. */
const composePatterns = (): UriPatterns => {
  const unreserved = 'A-Za-z0-9._~\\-';
  const subDelimiters = "!$&'()*+,;=";
  const percent = '%[A-Fa-f0-9]{2}';

  const hex = '[0-9A-Fa-f]{1,4}';
  const ipv4 = '(?:[0-9]{1,3}\\.){3}[0-9]{1,3}';
  const low32 = `(?:${hex}:${hex}|${ipv4})`;
  /** The nine forms of RFC 3986, section 3.2.2. */
  const ipv6 = `(?:${[
    `(?:${hex}:){6}${low32}`,
    `::(?:${hex}:){5}${low32}`,
    `(?:${hex})?::(?:${hex}:){4}${low32}`,
    `(?:(?:${hex}:)?${hex})?::(?:${hex}:){3}${low32}`,
    `(?:(?:${hex}:){0,2}${hex})?::(?:${hex}:){2}${low32}`,
    `(?:(?:${hex}:){0,3}${hex})?::${hex}:${low32}`,
    `(?:(?:${hex}:){0,4}${hex})?::${low32}`,
    `(?:(?:${hex}:){0,5}${hex})?::${hex}`,
    `(?:(?:${hex}:){0,6}${hex})?::`,
  ].join('|')})`;
  const zone = `(?:[${unreserved}]|${percent})+`;
  const future = `v[0-9A-Fa-f]+\\.[${unreserved}${subDelimiters}:]+`;
  const registeredName = `(?:${percent}|[${subDelimiters}${unreserved}])*`;
  const literal = `\\[(?:${ipv6}(?:(?:%25|%)${zone})?|${future})\\]`;
  const user = `(?:[${unreserved}${subDelimiters}:]|${percent})+`;

  // Python's `$` also matches before a final line feed.
  const end = '\\n?$';
  const authority = new RegExp(
    `^(?:${user}@)?(${registeredName}|${ipv4}|${literal}):?(?:[0-9]{1,5})?${end}`,
    'u',
  );
  const ipv4Host = new RegExp(`^${ipv4}${end}`, 'u');
  const ipv6Host = new RegExp(`^\\[${ipv6}(?:(?:%25|%)${zone})?\\]${end}`, 'u');
  const strictIpv6Host = new RegExp(`^\\[${ipv6}(?:%25${zone})?\\]${end}`, 'u');
  const path = new RegExp(`^(?:[${unreserved}${subDelimiters}:@/]|${percent})*$`, 'u');
  return { authority, ipv4Host, ipv6Host, strictIpv6Host, path };
};

/** The patterns of rfc3986 1.5.0. */
export const URI_PATTERNS: UriPatterns = /* @__PURE__ */ composePatterns();
