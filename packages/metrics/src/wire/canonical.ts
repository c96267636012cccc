import { OSLO_METRICS, OSLO_MODULE } from './definitions.ts';
import { PythonJsonError, PythonJsonReader } from './python-json.ts';

/**
 * A message cut where its value stands. Messages of one series that are written as Python's client writes them differ
 * in nothing but the value, so the rest of the text names the series.
 */
export interface Cut {
  /** The text without the value. */
  readonly key: string;
  readonly value: string;
}

const VALUE = '"value": ';
const HEAD = `{"module": "${OSLO_MODULE}", "name": "`;
const HEADS: ReadonlySet<string> = new Set(
  OSLO_METRICS.map(({ name }) => `${HEAD}${name}", "action": {${VALUE}`),
);
const TAILS = ['inc', 'observe'].map((verb) => `, "action": "${verb}"}, "labels": `);

/** A number that needs no further look: no more digits than a float has room for in any notation. */
const PLAIN_NUMBER = /^-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,25})?(?:e[-+][0-9]{1,2})?$/u;

/**
 * @param text bytes as Latin-1
 * @returns where the first value of a message would be; undefined where there is none
 */
export const cutMessage = (text: string): Cut | undefined => {
  const found = text.indexOf(VALUE, HEAD.length);
  if (found < 0) return undefined;
  const start = found + VALUE.length;
  const end = text.indexOf(',', start);
  if (end < 0) return undefined;
  return { key: text.slice(0, start) + text.slice(end), value: text.slice(start, end) };
};

/** @returns the number a value says, 1 for null; undefined where the general reader should look at it */
export const plainValue = (value: string): number | undefined => {
  if (value === 'null') return 1;
  return PLAIN_NUMBER.test(value) ? Number(value) : undefined;
};

/**
 * @returns whether a message is written as Python's client writes it, so that every message with the same rest means
 *   the same series: its members stand in that order, once each, and what follows the value is its verb and labels
 */
export const isCanonical = (text: string): boolean => {
  const start = text.indexOf(VALUE, HEAD.length) + VALUE.length;
  if (!HEADS.has(text.slice(0, start))) return false;
  const end = text.indexOf(',', start);
  const tail = TAILS.find((one) => text.startsWith(one, end));
  if (tail === undefined) return false;
  const reader = new PythonJsonReader(text, end + tail.length);
  try {
    const labels = reader.read();
    return labels instanceof Map && reader.at === text.length - 1 && text.endsWith('}');
  } catch (error) {
    if (error instanceof PythonJsonError) return false;
    throw error;
  }
};
