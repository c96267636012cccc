// Markdown tables and what may stand in their cells.

/** @param {string} text @returns {string} */
export const code = (text) => (text === '' ? '' : `\`${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}\``);

/** @param {string} text of a docstring @returns {string} one line that keeps its words in a cell */
export const line = (text) =>
  text
    .replace(/^\s*\* ?/gmu, '')
    .replace(/\s+/gu, ' ')
    .replace(/\{@link (\w+)\}/gu, '`$1`')
    .replaceAll('|', '\\|')
    .trim();

/** @param {string[]} head @param {string[][]} rows @returns {string} */
export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
