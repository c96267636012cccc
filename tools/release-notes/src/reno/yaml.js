import { createRequire } from 'node:module';
import { readPlainYaml } from './plain-yaml.js';

/**
 * Reads YAML as reno does. The full parser is loaded only for what needs it.
 * @param {string} text
 * @returns {unknown}
 */
export const readYaml = (text) => {
  const plain = readPlainYaml(text);
  if (plain !== undefined) return plain;
  const { parse } = /** @type {typeof import('yaml')} */ (createRequire(import.meta.url)('yaml'));
  return parse(text, { version: '1.1', logLevel: 'error' });
};
