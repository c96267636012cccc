/**
 * A pattern in Python's verbose syntax, in which blanks and comments mean nothing, as a regular expression of ours.
 * @param {string} text
 * @param {string} [flags]
 * @throws {SyntaxError} for what has no counterpart
 */
export const pythonPattern = (text, flags = '') => {
  // (?i) and the like begin it; x and u are so anyway.
  const [inline = '', letters = ''] = /^\s*\(\?([imsuxa]+)\)/u.exec(text) ?? [];
  const allFlags = flags + [...new Set(letters)].filter((letter) => 'ims'.includes(letter)).join('');
  let pattern = '';
  let isInClass = false;
  for (let at = inline.length; at < text.length; at += 1) {
    const unit = text[at] ?? '';
    if (unit === '\\') {
      const next = text[at + 1] ?? '';
      pattern += next === 'A' ? '^' : next === 'Z' ? '$' : unit + next;
      at += 1;
    } else if (isInClass) {
      // The first of a class is no end of it.
      const isFirst = /(?:^|[^\\])\[\^?$/u.test(pattern);
      isInClass = unit !== ']' || isFirst;
      pattern += unit === '[' || (unit === ']' && isFirst) ? `\\${unit}` : unit;
    } else if (unit === '[') {
      isInClass = true;
      pattern += unit;
    } else if (text.startsWith('(?#', at)) {
      at = text.indexOf(')', at);
      if (at < 0) throw new SyntaxError('a comment has no end');
    } else if (unit === '#') {
      while (at + 1 < text.length && text[at + 1] !== '\n') at += 1;
    } else if (!/\s/u.test(unit)) {
      pattern += unit;
    }
  }
  return new RegExp(pattern.replaceAll('(?P<', '(?<').replaceAll(/\(\?P=(\w+)\)/gu, '\\k<$1>'), allFlags);
};
