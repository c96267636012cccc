import { formatCheck, type Check } from '../../src/checks/check.ts';
import { parseRule } from '../../src/checks/parse.ts';
import type { Requester } from '../../src/enforcer.ts';
import { AsyncCheckError, EvaluationError } from '../../src/errors.ts';
import { python } from '../../src/python/full.ts';
import { usePython } from '../../src/python/parts.ts';
import { compileTemplate } from '../../src/python/template.ts';
import { evaluateLiteral } from '../../src/python/literal.ts';
import { str } from '../../src/python/text.ts';
import { entriesOf, isDict, isTruthy, typeName } from '../../src/python/values.ts';
import { formatDefault, isSameDefault } from '../../src/rules/defaults.ts';
import { checkRules } from '../../src/rules/check-rules.ts';
import { formatRules } from '../../src/rules/format.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { CustomError, describeError } from './failures.ts';
import { makeDefault, Session } from './session.ts';
import { decode, encode, objectOf, toJson, type Json } from './values.ts';

/** How requests are answered. */
export interface AnswerOptions {
  /** Which mode answers. @default 'oslo' */
  readonly compat?: 'oslo' | 'strict';
}

const TYPE_NAMES = {
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

const treeOf = (check: Check): Json => {
  const t = TYPE_NAMES[check.type];
  switch (check.type) {
    case 'true':
    case 'false':
      return { t };
    case 'and':
    case 'or':
      return { t, rules: check.checks.map(treeOf) };
    case 'not':
      return { t, rule: treeOf(check.check) };
    default:
      return { t, kind: check.kind, match: check.match };
  }
};

usePython(python);

const sessions = new Map<string, Session>();

const parseFile = (text: string): unknown => {
  const { value } = readYaml(text);
  return isTruthy(value) ? value : new Map();
};

const checkTexts = (checks: Iterable<readonly [unknown, Check]>): Json =>
  objectOf(Array.from(checks, ([name, check]) => [str(name), formatCheck(check)]));

const answerParse = ({ rule }: Json): Json => {
  const check = parseRule(decode(rule));
  return { result: formatCheck(check), tree: treeOf(check) };
};

const answerParseFile = ({ text }: Json): Json => {
  const value = parseFile(String(text));
  if (!isDict(value)) return { result: encode(value) };
  const entries = Array.from(entriesOf(value), ([key, item]): [string, unknown] => [
    str(key),
    Array.isArray(item) || isDict(item) ? toJson(item) : encode(item),
  ]);
  return { result: objectOf(entries) };
};

const answerLoadText = ({ text }: Json): Json => {
  const value = parseFile(String(text));
  if (!isDict(value)) {
    throw new EvaluationError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  }
  return { result: checkTexts(Array.from(entriesOf(value), ([name, rule]) => [name, parseRule(rule)])) };
};

const answerLiteral = ({ kind }: Json): Json => {
  const literal = evaluateLiteral(String(kind));
  if (literal.type === 'none') return { lookup: true };
  return literal.type === 'error' ? { raises: literal.error.kind } : { literal: str(literal.value) };
};

const answerFormat = ({ fmt, target }: Json): Json => {
  try {
    return { result: compileTemplate(String(fmt)).fill(decode(target)) };
  } catch (error) {
    const { type, message } = describeError(error);
    return { error: type, message };
  }
};

/** The rule of a request: a name, or a check with scope types of its own. */
const ruleOf = (rule: unknown, { registry }: Session): string | Check => {
  if (typeof rule !== 'object' || rule === null) return rule as string;
  const { check, scope_types: scopeTypes } = rule as Json;
  return Object.assign({}, parseRule(check, registry), scopeTypes === undefined ? {} : { scopeTypes });
};

/** Decides; the asynchronous form only for checks that cannot be decided at once. */
const decide = async (session: Session, request: Json): Promise<Json> => {
  const rule = ruleOf(request.rule, session);
  const target = decode(request.target === undefined ? {} : request.target);
  const requester = decode(request.creds === undefined ? {} : request.creds) as Requester;
  const { exc, exc_args: args = [], creds_after: wantsCredentials } = request;
  const options = {
    orThrow: request.do_raise === true,
    registeredOnly: request.op === 'authorize',
    ...(exc ? { error: () => new CustomError(args as unknown[]) } : {}),
  };
  const out: Json = {};
  try {
    out.result = encode(session.enforcer.evaluate(rule, target, requester, options));
  } catch (error) {
    if (!(error instanceof AsyncCheckError)) throw error;
    out.result = encode(await session.enforcer.evaluateAsync(rule, target, requester, options));
  }
  if (wantsCredentials && isDict(requester)) out.creds_after = requester;
  return out;
};

const dump = ({ enforcer }: Session): Json => ({
  result: checkTexts(enforcer.currentRules),
  file_rules: Array.from(enforcer.fileRules.keys(), str).sort(),
  use_conf: enforcer.useConf,
  default_rule: enforcer.defaultRule,
});

const answerStep = async (session: Session, step: Json): Promise<unknown> => {
  const { enforcer } = session;
  if ('write' in step) session.write(step.write as Json);
  else if ('enforce' in step) return decide(session, step.enforce as Json);
  else if ('reload' in step) {
    if (enforcer.compat === 'oslo') enforcer.refresh();
    else await enforcer.load();
  } else if ('load_rules' in step) {
    if (step.load_rules === true) enforcer.loadSync();
    else enforcer.refresh();
  } else if ('set_rules' in step) {
    enforcer.setRules(step.set_rules as Json, {
      overwrite: (step.overwrite as boolean | undefined) ?? true,
      useConf: (step.use_conf as boolean | undefined) ?? false,
    });
  } else if ('clear' in step) enforcer.clear();
  else if ('register' in step) enforcer.registerDefault(makeDefault(step.register as Json));
  else if ('dump' in step) return dump(session);
  return {};
};

const answerSteps = async (session: Session, { steps }: Json): Promise<Json> => {
  const result: unknown[] = [];
  for (const step of steps as Json[]) {
    try {
      result.push(await answerStep(session, step));
    } catch (error) {
      result.push({ error: describeError(error) });
    }
  }
  return { result };
};

const answerSession = async (session: Session, request: Json): Promise<Json> => {
  const { enforcer } = session;
  switch (request.op ?? 'enforce') {
    case 'enforce':
    case 'authorize':
      return decide(session, request);
    case 'check_rules':
      return {
        result: checkRules(enforcer, {
          orThrow: request.raise === true,
          skipUndefinedCheck: (request.enforcer as Json | undefined)?.skip_undefined_check === true,
        }),
      };
    case 'rules':
      if (request.force_reload === true) enforcer.loadSync();
      return {
        result: checkTexts(enforcer.rules),
        file_rules: objectOf(
          Array.from(enforcer.fileRules, ([name, { checkStr }]) => [str(name), toJson(checkStr)]),
        ),
      };
    case 'str_rules':
      return { result: formatRules(enforcer.rules) };
    case 'steps':
      return answerSteps(session, request);
    default:
      throw new Error(`unknown op ${String(request.op)}`);
  }
};

const define = (request: Json, compat: 'oslo' | 'strict'): Json => {
  const name = String(request.session);
  sessions.get(name)?.close();
  sessions.set(name, new Session(request, compat));
  return { result: true };
};

const withSession = async (request: Json, compat: 'oslo' | 'strict'): Promise<Json> => {
  const known = sessions.get(String(request.session));
  if (request.session !== undefined && known !== undefined) return answerSession(known, request);
  const session = new Session(request, compat);
  try {
    return await answerSession(session, request);
  } finally {
    session.close();
  }
};

const answerRequest = async (request: Json, compat: 'oslo' | 'strict'): Promise<Json> => {
  switch (request.op) {
    case 'parse':
      return answerParse(request);
    case 'parse_file':
      return answerParseFile(request);
    case 'load_text':
      return answerLoadText(request);
    case 'literal':
      return answerLiteral(request);
    case 'format':
      return answerFormat(request);
    case 'default':
      return { result: formatDefault(makeDefault(request.default as Json)) };
    case 'equal_defaults':
      return { result: isSameDefault(makeDefault(request.a as Json), makeDefault(request.b as Json)) };
    case 'define':
      return define(request, compat);
    default:
      return withSession(request, compat);
  }
};

/**
 * Answers one request of the policy parity protocol.
 * @param request one parsed line
 */
export const answer = async (request: unknown, { compat = 'oslo' }: AnswerOptions = {}): Promise<unknown> => {
  const { id, ...line } = request as Json;
  const identity = id === undefined ? {} : { id };
  try {
    return { ...identity, ...(await answerRequest(line, compat)) };
  } catch (error) {
    return { ...identity, error: describeError(error) };
  }
};
