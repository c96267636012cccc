// YAML 1.1 as PyYAML reads it, with the tags that Zuul knows.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './errors.js';
import { Control, Encrypted, Float, placeOf, plainValue, setPlaces } from './values.js';

/** @import { Node } from 'yaml' */
/** @import { Place } from './values.js' */

const BOOLEANS = new Map([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => /** @type {const} */ ([word, true]),
  ),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => /** @type {const} */ ([word, false]),
  ),
]);
const INTEGER =
  /^[-+]?(?:0b[01_]+|0[0-7_]+|(?:0|[1-9][0-9_]*)|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/u;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/u;

/** @param {string} text */
const sexagesimal = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** @param {string} text */
const integer = (text) => {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/u, '').replaceAll('_', '');
  if (digits.includes(':')) return sign * sexagesimal(digits);
  if (digits.startsWith('0b')) return sign * Number.parseInt(digits.slice(2), 2);
  if (digits.startsWith('0x')) return sign * Number.parseInt(digits.slice(2), 16);
  return sign * (/^0\d/u.test(digits) ? Number.parseInt(digits, 8) : Number(digits));
};

/** @param {string} text */
const float = (text) => {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (digits.endsWith('inf')) return digits.startsWith('-') ? -Infinity : Infinity;
  if (digits.endsWith('nan')) return NaN;
  if (!digits.includes(':')) return Number(digits);
  const sign = digits.startsWith('-') ? -1 : 1;
  return sign * sexagesimal(digits.replace(/^[-+]/u, ''));
};

/** What a plain word of the text means. @param {string} text @returns {unknown} */
const plain = (text) => {
  if (text === '' || /^(?:~|null|Null|NULL)$/u.test(text)) return null;
  const boolean = BOOLEANS.get(text);
  if (boolean !== undefined) return boolean;
  if (INTEGER.test(text)) return integer(text);
  return FLOAT.test(text) ? new Float(float(text)) : text;
};

const STANDARD = 'tag:yaml.org,2002:';

/**
 * What a scalar means whose tag says it.
 * @param {string} tag
 * @param {string} text
 * @returns {{ value: unknown } | undefined} undefined where it is not of that kind, or nobody knows the tag
 */
const tagged = (tag, text) => {
  const kind = tag.startsWith(STANDARD) ? tag.slice(STANDARD.length) : undefined;
  if (kind === 'str') return { value: text };
  const value = plain(text);
  const isMeant =
    (kind === 'int' && typeof value === 'number') ||
    (kind === 'float' && (value instanceof Float || typeof value === 'number')) ||
    (kind === 'bool' && typeof value === 'boolean') ||
    (kind === 'null' && value === null);
  if (!isMeant) return undefined;
  return { value: kind === 'float' && typeof value === 'number' ? new Float(value) : value };
};

const TAGS = /** @type {const} */ ({ '!override': 'override', '!inherit': 'inherit' });

/**
 * Reads one file.
 * @param {string} text
 * @returns {unknown} mappings are objects without a prototype
 * @throws {ConfigError} for what is no YAML
 */
export const readYaml = (text) => {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    lineCounter: lines,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const [place = ''] = error.message.split('\n');
    throw new ConfigError('Unknown Configuration Error', place.replace(/:$/u, ''), {
      line: error.linePos?.[0].line,
    });
  }

  /** @param {Node | null | undefined} first @param {Node | null | undefined} [last] @returns {Place} */
  const placeFrom = (first, last) => {
    const [start = 0, firstEnd = start] = first?.range ?? [];
    return { line: lines.linePos(start).line, start, end: last?.range?.[1] ?? firstEnd };
  };

  /** Collections on the way to where we are. @type {Set<Node>} */
  const open = new Set();

  /** @param {Node | null | undefined} node @returns {unknown} */
  const convert = (node) => {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined || open.has(target))
        refuse(
          node,
          `*${node.source} ${target === undefined ? 'names no anchor above it' : 'is inside of itself'}`,
        );
      return convert(target);
    }
    const tag = /** @type {string | undefined} */ (node.tag);
    if (tag === '!override' || tag === '!inherit') return new Control(TAGS[tag], convertUntagged(node));
    if (tag === '!encrypted/pkcs1-oaep') return new Encrypted(convertUntagged(node));
    const isOfItsKind =
      tag === undefined ||
      tag === '!' ||
      (isMap(node) && tag === `${STANDARD}map`) ||
      (isSeq(node) && tag === `${STANDARD}seq`);
    if (isOfItsKind) return convertUntagged(node);
    const known = isScalar(node) ? tagged(tag, String(node.source ?? node.value ?? '')) : undefined;
    if (known !== undefined) return known.value;
    refuse(
      node,
      `the tag ${tag} does not fit here; Zuul knows !override, !inherit and !encrypted/pkcs1-oaep besides those of YAML itself`,
    );
    return undefined;
  };

  /** @param {Node} node @param {string} message */
  const refuse = (node, message) => {
    throw new ConfigError('Unknown Configuration Error', message, { line: placeFrom(node).line });
  };

  /** @param {Node} key */
  const nameOf = (key) => {
    const value = convert(key);
    if (typeof value === 'object' && value !== null && !(value instanceof Float))
      refuse(key, 'a key is a mapping or list; a text that begins with {{ needs quotes around it');
    return String(plainValue(value));
  };

  /** @param {Node} node @returns {unknown} */
  const convertUntagged = (node) => {
    if (isScalar(node)) {
      const written = String(node.source ?? node.value ?? '');
      return node.type === 'PLAIN' ? plain(written) : String(node.value ?? '');
    }
    open.add(node);
    const collection = convertCollection(node);
    open.delete(node);
    return collection;
  };

  /** @param {Node} node @returns {unknown} */
  const convertCollection = (node) => {
    if (isSeq(node)) {
      const items = /** @type {Node[]} */ (node.items);
      const list = items.map((item) => convert(item));
      setPlaces(list, new Map(items.map((item, index) => [String(index), placeFrom(item)])));
      return list;
    }
    if (!isMap(node)) return null;
    /** @type {Record<string, unknown>} */
    const own = Object.create(null);
    /** @type {Map<string, Place>} */
    const places = new Map();
    /** @type {Record<string, unknown>[]} */
    const merged = [];
    for (const { key, value } of /** @type {{ key: Node, value: Node | null }[]} */ (node.items)) {
      const name = nameOf(key);
      const converted = convert(value);
      if (name === '<<') {
        for (const each of Array.isArray(converted) ? converted : [converted]) {
          const isMapping = typeof each === 'object' && each !== null && Object.getPrototypeOf(each) === null;
          if (!isMapping) refuse(value ?? key, 'what << merges has to be a mapping, or a list of mappings');
          merged.push(each);
        }
        continue;
      }
      const place = placeFrom(key, value);
      if (name in own) {
        throw new ConfigError(
          'Unknown Configuration Error',
          `The key "${name}" appears more than once; duplicate keys are not permitted.`,
          { line: place.line },
        );
      }
      own[name] = converted;
      places.set(name, place);
    }
    for (const each of merged) {
      for (const name of Object.keys(each)) {
        const place = placeOf(each, name);
        if (place !== undefined && !places.has(name)) places.set(name, place);
      }
    }
    const mapping = Object.assign(Object.create(null), ...merged.reverse(), own);
    setPlaces(mapping, places);
    return mapping;
  };
  return convert(document.contents);
};
