import { strip, stripEnd } from '../ini/whitespace.ts';

/** A list or dict that cannot be read: what is wrong, in oslo.config's words, and the text concerned. */
export interface SeparatedProblem {
  readonly problem: string;
}

/** `text` without the commas at its end. */
export const stripTrailingCommas = (text: string): string => {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === ',') end -= 1;
  return text.slice(0, end);
};

/** The texts between the commas of a list, each without white space around; none for an empty text. */
export const splitList = (text: string): readonly string[] => {
  const inner = stripTrailingCommas(strip(text));
  return inner === '' ? [] : inner.split(',').map(strip);
};

/**
 * The items of a list whose items may be quoted with `"` or `'`: a quoted item may hold commas and loses its
 * quotes.
 * @parity oslo.config 9.0.0 types.py List with item_type=String(quotes=True) — same
 */
export const splitQuotedList = (text: string): readonly string[] | SeparatedProblem => {
  const inner = stripTrailingCommas(strip(text));
  if (inner === '') return [];
  const parts = inner.split(',');
  const items: string[] = [];
  for (let start = 0; start < parts.length; start += 1) {
    const item = strip(parts[start] ?? '');
    const quote = item.charAt(0);
    if (quote !== '"' && quote !== "'") {
      items.push(item);
      continue;
    }
    let end = start;
    while (
      end < parts.length &&
      !(stripEnd(parts[end] ?? '').endsWith(quote) && (end > start || item.length > 1))
    ) {
      end += 1;
    }
    const whole = strip(parts.slice(start, end + 1).join(','));
    if (end === parts.length) return { problem: `Non-closed quote: ${whole}` };
    items.push(whole.slice(1, -1));
    start = end;
  }
  return items;
};

/**
 * The pairs of `key:value,key:value`. Part of a value after a comma that has no colon belongs to the *next*
 * pair's key, as in oslo.config.
 * @parity oslo.config 9.0.0 types.py Dict — same
 */
export const splitDict = (text: string): ReadonlyMap<string, string> | SeparatedProblem => {
  const inner = strip(text);
  const pairs = new Map<string, string>();
  if (inner === '') return pairs;
  let waiting: string[] = [];
  for (const part of inner.split(',')) {
    waiting.push(part);
    if (!part.includes(':')) continue;
    const pair = waiting.join(',');
    waiting = [];
    const colon = pair.indexOf(':');
    const key = strip(pair.slice(0, colon));
    if (key === '') return { problem: 'Key name should not be empty' };
    if (pairs.has(key)) return { problem: `Duplicate key ${key}` };
    pairs.set(key, strip(pair.slice(colon + 1)));
  }
  if (waiting.length > 0) return { problem: 'Value should be NAME:VALUE pairs separated by ","' };
  return pairs;
};
