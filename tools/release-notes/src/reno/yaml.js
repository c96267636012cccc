import { createRequire } from 'node:module';
import { readPlainYaml } from './plain-yaml.js';

/** @import { ScalarTag, Tags } from 'yaml' */

/** Where reno's parser of YAML 1.1 takes words for text that the version's text takes for values. */
const PYTHON_VALUES = [
  // No single letters.
  { tag: 'tag:yaml.org,2002:bool', sample: 'y', test: /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/u },
  { tag: 'tag:yaml.org,2002:bool', sample: 'n', test: /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/u },
  // An exponent needs a point and a sign.
  {
    tag: 'tag:yaml.org,2002:float',
    sample: '1e3',
    test: /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*)[eE][-+]\d+$/u,
  },
];

/** @param {Tags} tags @returns {Tags} */
const asInPython = (tags) =>
  tags.map((each) => {
    if (typeof each === 'string') return each;
    const { tag, test } = /** @type {ScalarTag} */ (each);
    const value = PYTHON_VALUES.find(({ tag: name, sample }) => name === tag && test?.test(sample) === true);
    return value === undefined ? each : { .../** @type {ScalarTag} */ (each), test: value.test };
  });

const UNPRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Reads YAML as reno does. The full parser is loaded only for what needs it.
 * @param {string} text
 * @param {string} path for messages
 * @returns {unknown}
 * @throws {Error} for what is no YAML, with line and column
 */
export const readYaml = (text, path) => {
  const plain = readPlainYaml(text);
  if (plain !== undefined) return plain;
  const [unprintable] = UNPRINTABLE.exec(text) ?? [];
  if (unprintable !== undefined) {
    const line = text.slice(0, text.indexOf(unprintable)).split('\n').length;
    const name = (unprintable.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new Error(
      `${path}: line ${String(line)} has the character U+${name}, which YAML does not allow; remove it`,
    );
  }
  const { parseDocument } = /** @type {typeof import('yaml')} */ (createRequire(import.meta.url)('yaml'));
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, customTags: asInPython });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`, { cause: problem });
  return document.toJS();
};
