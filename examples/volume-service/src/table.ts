import type { Step } from './tour.ts';

const isTerminal = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const colour = (code: number, text: string): string =>
  isTerminal ? `\u001B[${code}m${text}\u001B[0m` : text;

/** Cuts or fills a text to a width. */
const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

const WIDTHS = { who: 18, does: 58, expected: 10 };

/** The head of the tour's table. */
export const tableHead = (): string => {
  const { who, does, expected } = WIDTHS;
  const line = `    ${fit('who', who)} ${fit('what', does)} ${fit('expected', expected)} happened`;
  return `${colour(1, line)}\n    ${'─'.repeat(who + does + expected + 12)}`;
};

/** One step as a line of the table. */
export const tableRow = ({ who, does, expected, happened, ok }: Step): string => {
  const mark = ok ? colour(32, '✓') : colour(31, '✗');
  return `  ${mark} ${fit(who, WIDTHS.who)} ${fit(does, WIDTHS.does)} ${fit(expected, WIDTHS.expected)} ${happened}`;
};
