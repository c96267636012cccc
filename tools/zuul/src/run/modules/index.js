// The modules of the subset that do something by themselves. Includes are the engine's own.
import { readVariables } from '../playbook.js';
import { NativeText, text, UndefinedValue } from '../jinja/values.js';
import { isTemplate } from '../jinja/parse.js';
import { booleanOf, ModuleError, textOf } from './context.js';
import { command, shell } from './command.js';
import { copy, file, slurp, stat } from './files.js';
import { waitFor } from './wait-for.js';

/** @import { Context, Mapping, Result } from './context.js' */

/** @typedef {(args: Mapping, context: Context) => Result | Promise<Result>} Module throws a ModuleError where it fails */

/** @type {Module} */
const assert = (args, { templar, written }) => {
  const that = written['that'];
  const all = typeof that === 'string' ? templar.template(that) : that;
  const message = args['fail_msg'] ?? args['msg'] ?? 'Assertion failed';
  booleanOf(args['quiet'] ?? false, 'quiet');
  for (const each of Array.isArray(all) ? all : [all]) {
    if (!templar.holds([each]))
      throw new ModuleError('', { msg: message, assertion: each, evaluated_to: false, changed: false });
  }
  return { changed: false, msg: args['success_msg'] ?? 'All assertions passed' };
};

/** @type {Module} */
const debug = (args, { templar, onLine }) => {
  if ('msg' in args && 'var' in args) throw new ModuleError("'msg' and 'var' are incompatible options");
  /** @param {unknown} value */
  const show = (value) => {
    for (const line of text(value).split('\n')) onLine(line);
  };
  if (!('var' in args)) {
    const message = 'msg' in args ? args['msg'] : 'Hello world!';
    show(message);
    return { changed: false, msg: message };
  }
  const name = args['var'];
  if (typeof name !== 'string')
    return { changed: false, [Array.isArray(name) ? "<class 'list'>" : "<class 'dict'>"]: name };
  const found = templar.expression(name);
  let value = found instanceof UndefinedValue ? 'VARIABLE IS NOT DEFINED!' : templar.template(`{{${name}}}`);
  if (typeof value === 'string' && isTemplate(value)) value = String(value);
  show(value);
  return { changed: false, [name]: value };
};

/** @type {Module} */
const fail = (args) => {
  throw new ModuleError('', { changed: false, msg: args['msg'] ?? 'Failed as requested from task' });
};

const BOOLEAN_WORDS = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** @type {Module} */
const setFact = (args) => {
  const entries = Object.entries(args);
  if (entries.length === 0)
    throw new ModuleError('No key/value pairs provided, at least one is required for this action to succeed');
  for (const [name] of entries) {
    if (!/^[A-Za-z_]\w*$/u.test(name))
      throw new ModuleError(`"${name}" is no name of a variable: letters, digits and underscores are`);
  }
  const facts = entries.map(([name, value]) => {
    const isText = typeof value === 'string' || value instanceof NativeText;
    return [name, isText ? (BOOLEAN_WORDS.get(text(value).toLowerCase()) ?? value) : value];
  });
  return { changed: false, ansible_facts: Object.fromEntries(facts) };
};

/** @type {Module} */
const includeVars = (args, { find }) => {
  const path = find('vars', textOf(args, 'file') ?? '');
  /** @type {Mapping} */
  let variables;
  try {
    variables = readVariables(path);
  } catch (error) {
    throw new ModuleError(error instanceof Error ? error.message : '', { ansible_facts: {} });
  }
  const name = textOf(args, 'name');
  return {
    changed: false,
    ansible_facts: name === undefined ? variables : { [name]: variables },
    ansible_included_var_files: [path],
  };
};

/** @type {Module} */
const zuulReturn = (args, { give }) => {
  const { data } = args;
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new ModuleError('"data" of "zuul_return" is a mapping');
  give(/** @type {Mapping} */ (data));
  return { changed: false };
};

/** @type {Readonly<Record<string, Module>>} */
export const MODULE_FUNCTIONS = {
  assert,
  command,
  copy,
  debug,
  fail,
  file,
  include_vars: includeVars,
  set_fact: setFact,
  shell,
  slurp,
  stat,
  wait_for: waitFor,
  zuul_return: zuulReturn,
};
