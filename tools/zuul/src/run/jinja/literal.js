// Python's literals: a text that a template gives and that looks like a list, a mapping or a boolean becomes one.
import { float } from './values.js';

const SIMPLE_ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['\n', ''],
]);

/** Replaces backslash sequences; an unknown one stays as it is written. @param {string} body @returns {string} */
export const unescape = (body) =>
  body.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/gu,
    (
      /** @type {string} */ whole,
      /** @type {string | undefined} */ x,
      /** @type {string | undefined} */ u,
      /** @type {string | undefined} */ long,
      /** @type {string | undefined} */ octal,
      /** @type {string | undefined} */ simple,
    ) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return SIMPLE_ESCAPES.get(simple ?? '') ?? whole;
    },
  );

const WORDS = new Map(
  /** @type {[string, unknown][]} */ ([
    ['True', true],
    ['true', true],
    ['False', false],
    ['false', false],
    ['None', null],
    ['null', null],
  ]),
);
const TOKEN =
  /\s*(?:([[\](){},:])|'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"|([-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?)|([A-Za-z]+))/uy;

/** A literal that is none. */
class NoLiteral extends Error {}

/** @typedef {{ kind: 'mark' | 'value' | 'end', value: unknown }} Token */

/** @param {string} written */
const tokensOf = (written) => {
  /** @type {Token[]} */
  const tokens = [];
  const source = written.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (found === null) throw new NoLiteral();
    const [, mark, single, double, number, word] = found;
    const string = single ?? double;
    if (mark !== undefined) tokens.push({ kind: 'mark', value: mark });
    else if (string !== undefined) tokens.push({ kind: 'value', value: unescape(string) });
    else if (number !== undefined) {
      if (/^[-+]?0\d/u.test(number)) throw new NoLiteral();
      const isWhole = /^[-+]?\d+$/u.test(number);
      tokens.push({ kind: 'value', value: isWhole ? Number(number) : float(Number(number)) });
    } else {
      if (!WORDS.has(word ?? '')) throw new NoLiteral();
      tokens.push({ kind: 'value', value: WORDS.get(word ?? '') });
    }
  }
  tokens.push({ kind: 'end', value: undefined });
  return tokens;
};

/**
 * @param {string} written
 * @returns {{ value: unknown } | undefined} undefined for what is no literal
 */
export const readLiteral = (written) => {
  try {
    const tokens = tokensOf(written);
    let at = 0;
    const next = () => {
      const token = tokens[at] ?? { kind: 'end', value: undefined };
      at += 1;
      return token;
    };
    /** @param {unknown} mark */
    const skip = (mark) => {
      if (tokens[at]?.kind !== 'mark' || tokens[at]?.value !== mark) return false;
      at += 1;
      return true;
    };
    /** @param {string} end */
    const items = (end) => {
      /** @type {unknown[]} */
      const list = [];
      while (!skip(end)) {
        list.push(value());
        if (!skip(',')) {
          if (!skip(end)) throw new NoLiteral();
          break;
        }
      }
      return list;
    };
    const mapping = () => {
      /** @type {Record<string, unknown>} */
      const entries = {};
      while (!skip('}')) {
        const name = value();
        if (typeof name !== 'string' || !skip(':')) throw new NoLiteral();
        entries[name] = value();
        if (!skip(',')) {
          if (!skip('}')) throw new NoLiteral();
          break;
        }
      }
      return entries;
    };
    /** @returns {unknown} */
    const value = () => {
      const token = next();
      if (token.kind === 'value') return token.value;
      if (token.value === '[') return items(']');
      if (token.value === '{') return mapping();
      throw new NoLiteral();
    };
    const read = value();
    return tokens[at]?.kind === 'end' ? { value: read } : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
};
