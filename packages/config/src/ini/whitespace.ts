const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = /* @__PURE__ */ new RegExp(`^[${SPACE}]+`, 'u');
const SPACE_CHARACTER = /* @__PURE__ */ new RegExp(`[${SPACE}]`, 'u');

/** `text` without the white space, as Python counts it, at its start. */
export const stripStart = (text: string): string => text.replace(LEADING, '');

/** `text` without the white space, as Python counts it, at its end. Linear also for a long run of spaces. */
export const stripEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && SPACE_CHARACTER.test(text.charAt(end - 1))) end -= 1;
  return end === text.length ? text : text.slice(0, end);
};

/**
 * `text` without white space around it. Python's set differs from JavaScript's `trim`: it has the separators
 * U+001C–U+001F and U+0085, and not the byte order mark.
 */
export const strip = (text: string): string => stripEnd(stripStart(text));
