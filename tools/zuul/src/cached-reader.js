// Reads definition files, and keeps what they hold by the hash of their text: parsing is most of what a command waits for.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Control, Encrypted, Float, placesOf, setPlaces } from './values.js';

/** @import { Place } from './values.js' */

/** Goes up when {@link encode} or the reading of YAML changes. */
const VERSION = 2;

/** @typedef {[key: string, value: unknown, line: number, start: number, end: number]} Entry */

/** @param {object} container @returns {Entry[]} */
const entriesOf = (container) => {
  const places = placesOf(container);
  return Object.entries(container).map(([key, value]) => {
    const { line = 1, start = 0, end = 0 } = places?.get(key) ?? {};
    return [key, encode(value), line, start, end];
  });
};

/** A value as JSON; what is no scalar is an object with one key that says its kind. @param {unknown} value @returns {unknown} */
const encode = (value) => {
  if (value instanceof Float) return { float: String(value.value) };
  if (value instanceof Control) return { [value.mode]: encode(value.value) };
  if (value instanceof Encrypted) return { encrypted: encode(value.value) };
  if (Array.isArray(value)) return { list: entriesOf(value) };
  if (typeof value === 'object' && value !== null) return { mapping: entriesOf(value) };
  return value;
};

/** @param {unknown} json @returns {unknown} */
const decode = (json) => {
  if (typeof json !== 'object' || json === null) return json;
  const [[kind, inner] = ['', undefined]] = Object.entries(json);
  if (kind === 'float') return new Float(Number(inner));
  if (kind === 'override' || kind === 'inherit') return new Control(kind, decode(inner));
  if (kind === 'encrypted') return new Encrypted(decode(inner));
  const container = kind === 'list' ? [] : Object.create(null);
  /** @type {Map<string, Place>} */
  const places = new Map();
  for (const [key, value, line, start, end] of /** @type {Entry[]} */ (inner)) {
    container[key] = decode(value);
    places.set(key, { line, start, end });
  }
  setPlaces(container, places);
  return container;
};

/** @param {string} file @returns {{ value: unknown } | undefined} undefined where there is nothing of use */
const stored = (file) => {
  try {
    return { value: decode(JSON.parse(readFileSync(file, 'utf8'))) };
  } catch {
    return undefined;
  }
};

/** @param {string} folder @param {string} file @param {unknown} value */
const store = (folder, file, value) => {
  try {
    mkdirSync(folder, { recursive: true });
    const draft = `${file}.${String(process.pid)}`;
    writeFileSync(draft, JSON.stringify(encode(value)));
    renameSync(draft, file);
  } catch {
    // A folder that cannot be written costs time, not the answer.
  }
};

/**
 * @param {string} folder for what has been read; it may be removed at any time
 * @returns {{ prepare: (texts: readonly string[]) => Promise<void>, read: (text: string) => unknown }} `read` answers
 *   for texts that are prepared, and throws what is wrong with them
 */
export const cachedReader = (folder) => {
  /** @type {Map<string, () => unknown>} */
  const answers = new Map();
  return {
    async prepare(texts) {
      for (const text of texts) {
        if (answers.has(text)) continue;
        const hash = createHash('sha256')
          .update(`${String(VERSION)}\n${text}`)
          .digest('hex');
        const file = join(folder, `${hash}.json`);
        const known = stored(file);
        if (known !== undefined) {
          answers.set(text, () => known.value);
          continue;
        }
        const { readYaml } = await import('./yaml.js');
        try {
          const value = readYaml(text);
          store(folder, file, value);
          answers.set(text, () => value);
        } catch (error) {
          answers.set(text, () => {
            throw error;
          });
        }
      }
    },
    read(text) {
      const answer = answers.get(text);
      if (answer === undefined) throw new Error('read before it was prepared');
      return answer();
    },
  };
};
