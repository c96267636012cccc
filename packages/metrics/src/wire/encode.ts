import { pythonFloat } from '../exposition/numbers.ts';
import { OSLO_MODULE } from './definitions.ts';
import type { OsloAction } from './message.ts';

/** What a label may be before it becomes text at the collector. */
export type WireLabel = string | number | boolean | null;

// eslint-disable-next-line no-control-regex -- those characters are what it looks for
const ESCAPED = /["\\\u0000-\u001f\u007f-\uffff]/g;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const quoted = (text: string): string =>
  `"${text.replace(
    ESCAPED,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}"`;

const numberText = (value: number, isFloat: boolean): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return !isFloat && Number.isSafeInteger(value) && !Object.is(value, -0)
    ? String(value)
    : pythonFloat(value);
};

const labelText = (value: WireLabel): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? quoted(value) : numberText(value, false);
};

/** @returns the labels of messages, to be encoded once for each series */
export const encodeLabels = (labels: Readonly<Record<string, WireLabel>>): string => {
  const members = Object.entries(labels).map(([name, value]) => `${quoted(name)}: ${labelText(value)}`);
  return `{${members.join(', ')}}`;
};

/**
 * @param value null adds 1
 * @param labels as {@link encodeLabels} answers
 * @returns a message as Python's client writes it; durations are floats, amounts integers where they are whole
 * @parity oslo.metrics 1201581 message_type.py Metric.to_json — same
 */
export const encodeMessage = (
  name: string,
  action: OsloAction,
  value: number | null,
  labels: string,
): string => {
  const number = value === null ? 'null' : numberText(value, action === 'observe');
  return `{"module": "${OSLO_MODULE}", "name": ${quoted(name)}, "action": {"value": ${number}, "action": "${action}"}, "labels": ${labels}}`;
};
