import { formatCheck, type Check } from '../../src/checks/check.ts';
import { parseRule } from '../../src/checks/parse.ts';
import { EvaluationError } from '../../src/errors.ts';
import { compileTemplate } from '../../src/python/format.ts';
import { evaluateLiteral } from '../../src/python/literal.ts';
import { str } from '../../src/python/text.ts';
import { Float, Tuple } from '../../src/python/values.ts';

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
    const check = parseRule(decode(line['rule']));
    out['result'] = formatCheck(check);
    out['tree'] = tree(check);
  } catch (error) {
    out['error'] = describe(error);
  }
  return out;
};
