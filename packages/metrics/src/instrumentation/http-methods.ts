/** Methods that are told apart; a client may send any other text. */
const KNOWN: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);

/** @returns the method as a label value; `_OTHER` where it is none of the known ones */
export const methodLabel = (method: string | undefined): string =>
  method !== undefined && KNOWN.has(method) ? method : '_OTHER';
