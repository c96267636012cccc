/** @type {Map<string, RegExp>} */
const compiled = new Map();

/**
 * Whether a path matches a pattern of `*` (within a folder), `**` (any folders), `{a,b}` (one of them) and plain text.
 * @param {string} path
 * @param {string} pattern
 */
export const matchesGlob = (path, pattern) => {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^$()|[\]\\]/g, '\\$&')
      .replace(/\{([^{}]*)\}/g, (_, words) => `(?:${words.replaceAll(',', '|')})`)
      .replace(/[{}]/g, '\\$&')
      .replace(/\*\*\/|\*\*|\*/g, (wild) => (wild === '**/' ? '(?:.*/)?' : wild === '**' ? '.*' : '[^/]*'));
    expression = new RegExp(`^${source}$`);
    compiled.set(pattern, expression);
  }
  return expression.test(path);
};
