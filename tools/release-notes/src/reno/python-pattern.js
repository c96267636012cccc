/**
 * A pattern in Python's verbose syntax, in which blanks and comments mean nothing, as a regular expression of ours.
 * @param {string} text
 * @param {string} [flags]
 * @throws {SyntaxError} for what has no counterpart
 */
export const pythonPattern = (text, flags = '') => {
  let pattern = '';
  let isInClass = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at] ?? '';
    if (unit === '\\') {
      const next = text[at + 1] ?? '';
      pattern += next === 'A' ? '^' : next === 'Z' ? '$' : unit + next;
      at += 1;
    } else if (isInClass) {
      isInClass = unit !== ']' || text[at - 1] === '[';
      pattern += unit === '[' ? '\\[' : unit;
    } else if (unit === '[') {
      isInClass = true;
      pattern += unit;
    } else if (unit === '#') {
      while (at + 1 < text.length && text[at + 1] !== '\n') at += 1;
    } else if (!/\s/u.test(unit)) {
      pattern += unit;
    }
  }
  return new RegExp(pattern.replaceAll('(?P<', '(?<').replaceAll(/\(\?P=(\w+)\)/gu, '\\k<$1>'), flags);
};
