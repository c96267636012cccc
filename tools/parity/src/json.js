/**
 * One value as a line of JSON that Python's `json.loads` reads: what `JSON.stringify` writes, and besides BigInt as
 * an integer and non-finite numbers under the names Python gives them.
 * @param {unknown} value
 * @returns {string}
 */
export const toJsonLine = (value) => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(toJsonLine).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${toJsonLine(member)}`);
  return `{${members.join(',')}}`;
};
