// What every module is given, and what it gives back.
import { isAbsolute, join } from 'node:path';
import { isNumber, text } from '../jinja/values.js';
import { expandWord } from './words.js';

/** @import { Templar } from '../jinja/templar.js' */

/** @typedef {Record<string, unknown>} Mapping */
/** What a task ends with: `changed`, `failed`, `skipped`, `msg`, and what the module says besides. @typedef {Mapping} Result */

/**
 * @typedef {object} Context
 * @property {string} cwd where commands run and relative paths start
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal
 * @property {(line: string) => void} onLine output, as it comes
 * @property {Templar} templar
 * @property {Mapping} written the parameters before their templates were filled in
 * @property {(kind: 'files' | 'vars', name: string) => string} find a file that comes with the playbook or role
 * @property {(data: Mapping) => void} give hands data to whoever waits for the build
 */

/** Makes a task fail with a message and nothing else to say. */
export class ModuleError extends Error {
  /** @param {string} message @param {Result} [result] */
  constructor(message, result = {}) {
    super(message);
    this.name = 'ModuleError';
    this.result = result;
  }
}

/** @param {Mapping} args @param {string} name @returns {string | undefined} */
export const textOf = (args, name) => {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !isNumber(value))
    throw new ModuleError(`"${name}" is a text, not a list or mapping`);
  return text(value);
};

/** @param {Mapping} args @param {string} name @param {number} otherwise */
export const numberOf = (args, name, otherwise) => {
  const value = textOf(args, name) ?? String(otherwise);
  if (!/^\s*-?\d+\s*$/u.test(value)) throw new ModuleError(`"${name}" is a whole number, not "${value}"`);
  return Number(value);
};

const TRUE = new Set(['y', 'yes', 'on', '1', 'true', 't']);
const FALSE = new Set(['n', 'no', 'off', '0', 'false', 'f']);

/** @param {unknown} value @param {string} name */
export const booleanOf = (value, name) => {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase().trim();
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  throw new ModuleError(`"${name}" is true or false, not "${String(value)}"`);
};

/** A path of a parameter, as the system takes it. @param {Mapping} args @param {string} name @param {Context} context */
export const pathOf = (args, name, { cwd, env }) => {
  const written = textOf(args, name);
  if (written === undefined || written === '') throw new ModuleError(`"${name}" is missing`);
  const path = expandWord(written, env);
  return isAbsolute(path) ? path : join(cwd, path);
};
