import { strip } from '../ini/whitespace.ts';
import type { ItemType, Option, OptionType } from '../options.ts';
import { readBoolean } from './boolean-words.ts';
import { readDuration, writeDuration } from './duration-text.ts';
import { readHost } from './host-address.ts';
import { textKind, type Kind, type Reading } from './kind.ts';
import { readFloat, readInteger } from './numbers.ts';
import { numericKind, type Limits } from './numeric.ts';
import { splitDict, splitList, splitQuotedList } from './separated.ts';
import { readSize, writeSize } from './size-text.ts';
import { checkUri } from './uri-reference.ts';

const declaredLimits = (option: Option): Limits => option as Limits;

const portLimits = (option: Option): Limits => {
  const { min = 0, max = 65_535, choices } = option as Limits;
  return { min: Math.max(min, 0), max: Math.min(max, 65_535), choices };
};

/** Limits that are written as durations or sizes. */
const writtenLimits =
  (read: (text: string) => number | undefined) =>
  (option: Option): Limits => {
    const { min, max } = option as { min?: string | number; max?: string | number };
    const limit = (written: string | number | undefined): number | undefined =>
      written === undefined ? undefined : read(String(written));
    return { min: limit(min), max: limit(max) };
  };

const whole = (value: number): number | string => {
  if (Number.isSafeInteger(value)) return value;
  return Number.isInteger(value) ? 'is beyond 2^53 − 1, so it would not be exact' : 'is not an integer';
};

const readWhole = (text: string): number | string => {
  const integer = readInteger(text);
  return integer === undefined ? 'is not an integer' : whole(Number(integer));
};

/** `read` with a problem in the place of `undefined`. */
const orProblem =
  (read: (text: string) => number | undefined, problem: string) =>
  (text: string): number | string =>
    read(text) ?? problem;

const NO_DURATION = 'is not a duration; write seconds, or a number with ms, s, m, h or d';
const NO_SIZE = 'is not a size; write bytes, or a number with kB, MB, GB, TB, KiB, MiB, GiB or TiB';
const readDurationText = /* @__PURE__ */ orProblem(readDuration, NO_DURATION);
const readSizeText = /* @__PURE__ */ orProblem(readSize, NO_SIZE);

/** The text of a float: what a number is, and Python's words for what is none. */
const writeFloat = (value: number): string => {
  if (Object.is(value, -0)) return '-0';
  return String(value).replace('Infinity', 'inf').replace('NaN', 'nan');
};

const isQuoted = (text: string): boolean => {
  const quote = text.charAt(0);
  return (quote === '"' || quote === "'") && text.endsWith(quote);
};

/** A text in quotes where reading a file would otherwise take something off its ends. */
export const quoteEnds = (text: string): string =>
  strip(text) !== text || isQuoted(text) ? `"${text}"` : text;

const stringKind: Kind = /* @__PURE__ */ textKind('string value', (text, option) => {
  const { choices } = option as { choices?: readonly string[] };
  if (choices === undefined || choices.includes(text)) return { value: text };
  return {
    problem: `is not one of ${choices.map((choice) => (choice === '' ? "''" : choice)).join(', ')}`,
  };
});

const booleanKind: Kind = {
  label: 'boolean value',
  read: (text) => {
    const value = readBoolean(text);
    return value === undefined ? { problem: 'is not a truth value; write true or false' } : { value };
  },
  accept: (value, option) => {
    if (typeof value === 'boolean') return { value };
    return typeof value === 'string' ? booleanKind.read(value, option) : { problem: 'is not a truth value' };
  },
  write: String,
};

const collect = (readings: readonly Reading[]): Reading => {
  const values: unknown[] = [];
  for (const reading of readings) {
    if ('problem' in reading) return { problem: `has an item that ${reading.problem}` };
    values.push(reading.value);
  }
  return { value: Object.freeze(values) };
};

const itemOf = (option: Option): { kind: Kind; item: Option } => {
  const { itemType = 'string' } = option as { itemType?: ItemType };
  return { kind: KINDS[itemType], item: { type: itemType } };
};

/** An item in quotes where it could not stand in a list as it is. */
const writeItem = (text: string, quotes: boolean): string => {
  const isPlain = text !== '' && strip(text) === text && !/^["']|,/u.test(text);
  if (!quotes || isPlain) return text;
  return text.includes('"') ? `'${text}'` : `"${text}"`;
};

const listKind: Kind = {
  label: 'list value',
  read: (text, option) => {
    const quotes = (option as { quotes?: boolean }).quotes === true;
    const parts = quotes ? splitQuotedList(text) : splitList(text);
    if ('problem' in parts) return { problem: 'has an item whose quote is not closed' };
    const { kind, item } = itemOf(option);
    return collect(parts.map((part) => kind.read(part, item)));
  },
  accept: (value, option) => {
    if (typeof value === 'string') return listKind.read(value, option);
    if (!Array.isArray(value)) return { problem: 'is not a list' };
    const { kind, item } = itemOf(option);
    return collect(value.map((part) => kind.accept(part, item)));
  },
  write: (value, option) => {
    const { kind, item } = itemOf(option);
    const quotes = (option as { quotes?: boolean }).quotes === true;
    return (value as readonly unknown[]).map((part) => writeItem(kind.write(part, item), quotes)).join(',');
  },
};

const toDict = (pairs: Iterable<readonly [string, unknown]>): Reading => {
  const dict = Object.create(null) as Record<string, string>;
  for (const [key, value] of pairs) {
    if (typeof value !== 'string') return { problem: 'has a value that is not a text' };
    dict[key] = value;
  }
  return { value: Object.freeze(dict) };
};

const dictKind: Kind = {
  label: 'dict value',
  read: (text) => {
    const pairs = splitDict(text);
    if (!('problem' in pairs)) return toDict(pairs);
    if (pairs.problem.startsWith('Duplicate')) return { problem: 'has a key twice' };
    if (pairs.problem.startsWith('Key')) return { problem: 'has an empty key' };
    return { problem: 'has a part without a colon; write key:value,key:value' };
  },
  accept: (value, option) => {
    if (typeof value === 'string') return dictKind.read(value, option);
    const isDict = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isDict ? toDict(Object.entries(value)) : { problem: 'is not an object of texts' };
  },
  write: (value) =>
    Object.entries(value as Record<string, string>)
      .map(([key, text]) => `${key}:${text}`)
      .join(','),
};

/** A file may give the option several times; each text is read on its own. */
const multiStringKind: Kind = {
  label: 'multi valued',
  read: (text) => ({ value: Object.freeze([text]) }),
  accept: (value) => {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!texts.every((text) => typeof text === 'string')) return { problem: 'is not a list of texts' };
    return { value: Object.freeze([...texts]) };
  },
  write: (value) => (value as readonly string[]).join('\n'),
};

const uriKind: Kind = /* @__PURE__ */ textKind('uri value', (text) => {
  const found = checkUri(text);
  if (found === undefined) return { value: text };
  const parts = found.components.join(' and ');
  return {
    problem:
      found.problem === 'missing' ? `is a URI without ${parts}` : `is a URI whose ${parts} is not valid`,
  };
});

const hostKind: Kind = /* @__PURE__ */ textKind('host address value', (text) => {
  const value = readHost(text);
  return value === undefined ? { problem: 'is neither an IP address nor a host name' } : { value };
});

/** Every type of option. */
export const KINDS: Readonly<Record<OptionType, Kind>> = {
  string: stringKind,
  integer: /* @__PURE__ */ numericKind('integer value', readWhole, whole, declaredLimits),
  float: /* @__PURE__ */ numericKind(
    'floating point value',
    /* @__PURE__ */ orProblem(readFloat, 'is not a number'),
    (value) => value,
    declaredLimits,
    writeFloat,
  ),
  boolean: booleanKind,
  port: /* @__PURE__ */ numericKind('port value', readWhole, whole, portLimits),
  list: listKind,
  dict: dictKind,
  multiString: multiStringKind,
  uri: uriKind,
  host: hostKind,
  duration: /* @__PURE__ */ numericKind(
    'duration value',
    readDurationText,
    (value) => readDurationText(String(value)),
    /* @__PURE__ */ writtenLimits(readDuration),
    writeDuration,
  ),
  size: /* @__PURE__ */ numericKind(
    'size value',
    readSizeText,
    (value) => readSizeText(String(value)),
    /* @__PURE__ */ writtenLimits(readSize),
    writeSize,
  ),
};
