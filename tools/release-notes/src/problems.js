/**
 * Something that is wrong, where, and what to do about it.
 * @typedef {{ severity: 'error' | 'warning', rule: string, file: string, line?: number, message: string }} Problem
 */

/** @param {Problem} problem */
const lineOf = ({ severity, rule, file, line, message }) =>
  `${file}${line === undefined ? '' : `:${String(line)}`}: ${severity}: ${message} [${rule}]\n`;

/**
 * Problems as text, one a line, or as JSON.
 * @param {readonly Problem[]} problems
 * @param {'text' | 'json'} format
 */
export const formatProblems = (problems, format) => {
  if (format === 'json') return `${JSON.stringify(problems, null, 2)}\n`;
  return problems.map(lineOf).join('');
};

/** @param {readonly Problem[]} problems */
export const hasErrors = (problems) => problems.some(({ severity }) => severity === 'error');
