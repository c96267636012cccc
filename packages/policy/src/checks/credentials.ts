import { EvaluationError, InvalidContextObjectError } from '../errors.ts';
import { str } from '../python/text.ts';
import { getKey, isDict, isIterable, isTruthy, iterate, typeName } from '../python/values.ts';

/** Who asks: what a token says about its user, as a plain object of any shape. */
export type Credentials = Readonly<Record<string, unknown>>;

/** A request context that writes itself as credentials, like oslo.context's. */
export interface PolicyContext {
  /** The credentials that checks see. */
  toPolicyValues(): Credentials;
}

const hasPolicyValues = (value: object): value is PolicyContext =>
  'toPolicyValues' in value && typeof value.toPolicyValues === 'function';

/**
 * The credentials a caller gave: a plain object, a Map, or the values of a context.
 * @throws InvalidContextObjectError (ERR_POLICY_INVALID_CONTEXT) for anything else
 */
export const toCredentials = (given: unknown): Credentials => {
  if (typeof given !== 'object' || given === null || !isDict(given)) {
    throw new InvalidContextObjectError(typeName(given));
  }
  if (hasPolicyValues(given)) return given.toPolicyValues();
  if (given instanceof Map) return Object.fromEntries(given) as Credentials;
  return given as Credentials;
};

/**
 * A top-level value of the credentials; undefined when there is none. A token of system scope says so under
 * `system`, too.
 */
export const getCredential = (credentials: Credentials, key: string): unknown => {
  if (key === 'system') {
    const scope = getKey(credentials, 'system_scope');
    if (isTruthy(scope)) return scope;
  }
  return getKey(credentials, key);
};

/** The credentials with `system` where the token has system scope; a copy if that changes anything. */
export const withSystem = (credentials: Credentials): Credentials => {
  const system = getCredential(credentials, 'system');
  return system === undefined || Object.is(system, credentials.system)
    ? credentials
    : { ...credentials, system };
};

/** Whether a value read from the credentials is their own and true; most often there is none. */
const isHeld = (credentials: Credentials, key: string, value: unknown): boolean =>
  value !== undefined && value !== null && Object.hasOwn(credentials, key) && isTruthy(value);

/**
 * The scope of a token: system, else domain, else project, which is also what a token without any scope has.
 * @parity oslo.policy 6.0.0 policy.py Enforcer._enforce_scope — same
 */
export const scopeOf = (credentials: Credentials): 'system' | 'domain' | 'project' => {
  // Reading by literal names lets the engine cache where they stand: 1.2 times the decisions.
  const { system_scope: systemScope, system, domain_id: domainId } = credentials;
  if (isHeld(credentials, 'system_scope', systemScope) || isHeld(credentials, 'system', system))
    return 'system';
  return isHeld(credentials, 'domain_id', domainId) ? 'domain' : 'project';
};

const KINDS: Readonly<Record<string, string>> = {
  bool: 'a boolean',
  bytes: 'bytes',
  dict: 'an object',
  float: 'a number',
  int: 'a number',
  list: 'a list',
  str: 'a text',
};

/** What a value is, for a message: never the value itself, which may be secret. */
const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return String(value);
  const type = typeName(value);
  return KINDS[type] ?? `a ${type}`;
};

/** Python raises a TypeError for a value without keys, whatever the value. */
const withoutKeys = (value: unknown, segments: readonly string[], from: number): EvaluationError => {
  const name = segments.slice(0, from).join('.');
  const held = value === null ? 'null or undefined' : kindOf(value);
  const wanted = `where a rule looks for ${segments.slice(0, from + 1).join('.')}`;
  return new EvaluationError(
    'TypeError',
    `credentials.${name} holds ${held}, ${wanted}: give an object there, or leave ${name} out`,
  );
};

const matchesRest = (value: unknown, segments: readonly string[], from: number, match: string): boolean => {
  if (from === segments.length) return match === str(value);
  if (!isDict(value)) throw withoutKeys(value, segments, from);
  const next = getKey(value, segments[from] ?? '');
  if (next === undefined) return false;
  return matchesHere(next, segments, from + 1, match);
};

/** A list matches where any of its items does. */
const matchesHere = (value: unknown, segments: readonly string[], from: number, match: string): boolean =>
  Array.isArray(value)
    ? value.some((item) => matchesRest(item, segments, from, match))
    : matchesRest(value, segments, from, match);

/**
 * Whether the value at a path of the credentials has a text.
 * @throws EvaluationError (TypeError) when the path leads through a value without keys
 * @parity oslo.policy 6.0.0 _checks.py GenericCheck._find_in_dict — same
 */
export const matchesPath = (
  credentials: Credentials,
  segments: readonly string[],
  match: string,
): boolean => {
  const value = getCredential(credentials, segments[0] ?? '');
  return value !== undefined && matchesHere(value, segments, 1, match);
};

/**
 * The texts that checks on a path compare with: one, or one for each item of lists on the way.
 * @throws EvaluationError (TypeError) as {@link matchesPath}
 */
export const textsAt = (credentials: Credentials, segments: readonly string[]): string[] => {
  const read = (value: unknown, from: number): string[] => {
    if (from === segments.length) return [str(value)];
    if (!isDict(value)) throw withoutKeys(value, segments, from);
    const next = getKey(value, segments[from] ?? '');
    return next === undefined ? [] : readAll(next, from + 1);
  };
  const readAll = (value: unknown, from: number): string[] =>
    Array.isArray(value) ? value.flatMap((item) => read(item, from)) : read(value, from);
  const value = getCredential(credentials, segments[0] ?? '');
  return value === undefined ? [] : readAll(value, 1);
};

/**
 * Whether the credentials hold a role.
 * @param role in lower case
 * @throws EvaluationError TypeError when `roles` cannot be iterated, AttributeError when one is no text
 * @parity oslo.policy 6.0.0 _checks.py RoleCheck.__call__ — same
 */
export const hasRole = (credentials: Credentials, role: string): boolean => {
  const roles = getKey(credentials, 'roles');
  if (roles === undefined) return false;
  if (!isIterable(roles)) {
    throw new EvaluationError(
      'TypeError',
      `credentials.roles is ${kindOf(credentials.roles)}, which is no list: give the names of roles as a list of texts, or leave roles out`,
    );
  }
  let found = false;
  let index = 0;
  for (const member of iterate(roles)) {
    if (typeof member !== 'string') {
      throw new EvaluationError(
        'AttributeError',
        `credentials.roles[${String(index)}] is ${kindOf(member)}, which is no name of a role: give texts only, and leave out what is missing`,
      );
    }
    if (member === role || member.toLowerCase() === role) found = true;
    index += 1;
  }
  return found;
};
