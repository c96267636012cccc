import { formatCheck, type Check } from '../../src/checks/check.ts';
import { parseRule } from '../../src/checks/parse.ts';
import { EvaluationError } from '../../src/errors.ts';
import { compileTemplate } from '../../src/python/format.ts';
import { evaluateLiteral } from '../../src/python/literal.ts';
import { str } from '../../src/python/text.ts';
import { entriesOf, Float, isDict, isTruthy, Opaque, Tuple, typeName } from '../../src/python/values.ts';
import { readYaml } from '../../src/yaml/read.ts';

type Json = Record<string, unknown>;

/** Values JSON cannot express, from their tags. */
const decode = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const tagged = value as Json;
  if (Object.hasOwn(tagged, '$float')) {
    const text = String(tagged['$float']);
    return new Float(
      text === 'nan'
        ? NaN
        : text.endsWith('inf')
          ? text.startsWith('-')
            ? -Infinity
            : Infinity
          : Number(text),
    );
  }
  if (Object.hasOwn(tagged, '$int')) return BigInt(String(tagged['$int']));
  if (Object.hasOwn(tagged, '$tuple')) return new Tuple((tagged['$tuple'] as unknown[]).map(decode));
  return Object.fromEntries(Object.entries(tagged).map(([key, item]) => [key, decode(item)]));
};

const NAMES = {
  true: 'TrueCheck',
  false: 'FalseCheck',
  and: 'AndCheck',
  or: 'OrCheck',
  not: 'NotCheck',
  rule: 'RuleCheck',
  role: 'RoleCheck',
  generic: 'GenericCheck',
  http: 'HttpCheck',
  https: 'HttpsCheck',
  custom: 'Custom',
} as const;

const tree = (check: Check): Json => {
  const t = NAMES[check.type];
  switch (check.type) {
    case 'true':
    case 'false':
      return { t };
    case 'and':
    case 'or':
      return { t, rules: check.checks.map(tree) };
    case 'not':
      return { t, rule: tree(check.check) };
    default:
      return { t, kind: check.kind, match: check.match };
  }
};

const describe = (error: unknown): Json => {
  if (error instanceof EvaluationError)
    return { type: error.kind, message: error.message, module: 'builtins' };
  throw error;
};

/** A value as the recorded answers write it: what JSON lacks by type and text. */
const encode = (value: unknown): unknown => {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'string')
    return value ?? null;
  if (typeName(value) === 'int') return Number(value);
  return { $py: typeName(value).split('.').at(-1), str: str(value) };
};

/** A value nested in a list or dict, as Python's json writes it. */
const toJson = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Tuple) return value.items.map(toJson);
  if (value instanceof Float) return value.value;
  if (isDict(value))
    return Object.fromEntries(Array.from(entriesOf(value), ([key, item]) => [jsonKey(key), toJson(item)]));
  return value instanceof Opaque ? encode(value) : typeof value === 'bigint' ? Number(value) : value;
};

const jsonKey = (key: unknown): string => {
  if (key === null) return 'null';
  return typeof key === 'boolean' ? String(key) : str(key);
};

const parseFile = (text: string): unknown => {
  const { value } = readYaml(text);
  return isTruthy(value) ? value : new Map();
};

const requireItems = (value: unknown): object => {
  if (isDict(value)) return value;
  throw new EvaluationError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
};

/**
 * Answers one request of the policy parity protocol in `compat: 'oslo'`.
 * @param request one parsed line
 */
export const answer = (request: unknown): unknown => {
  const { id, ...line } = request as Json;
  const out: Json = id === undefined ? {} : { id };
  if (line['op'] === 'literal') {
    const literal = evaluateLiteral(String(line['kind']));
    if (literal.type === 'none') return { ...out, lookup: true };
    return literal.type === 'error'
      ? { ...out, raises: literal.error.kind }
      : { ...out, literal: str(literal.value) };
  }
  if (line['op'] === 'format') {
    try {
      return { ...out, result: compileTemplate(String(line['fmt'])).fill(decode(line['target'])) };
    } catch (error) {
      const { type, message } = describe(error);
      return { ...out, error: type, message };
    }
  }
  try {
    if (line['op'] === 'parse_file') {
      const value = parseFile(String(line['text']));
      out['result'] = isDict(value)
        ? Object.fromEntries(
            Array.from(entriesOf(value), ([key, item]) => [
              str(key),
              Array.isArray(item) || isDict(item) ? toJson(item) : encode(item),
            ]),
          )
        : encode(value);
      return out;
    }
    if (line['op'] === 'load_text') {
      const rules = requireItems(parseFile(String(line['text'])));
      out['result'] = Object.fromEntries(
        Array.from(entriesOf(rules), ([key, item]) => [str(key), formatCheck(parseRule(item))]),
      );
      return out;
    }
    const check = parseRule(decode(line['rule']));
    out['result'] = formatCheck(check);
    out['tree'] = tree(check);
  } catch (error) {
    out['error'] = describe(error);
  }
  return out;
};
