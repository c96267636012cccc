import { hasRole, matchesPath, scopeOf, type Credentials } from '../checks/credentials.ts';
import { str } from '../python/text.ts';
import { getKey } from '../python/values.ts';
import type { Fact, Term } from './facts.ts';
import type { Literal } from './witness.ts';

type Target = Readonly<Record<string, unknown>>;

/** The text on the right of a comparison; undefined where the target lacks it. */
const rightText = (term: Term, target: Target): string | undefined => {
  if (term.type === 'literal') return term.text;
  if (term.type !== 'target') return undefined;
  const value = getKey(target, term.key);
  return value === undefined ? undefined : str(value);
};

/** Whether a fact is so of a request. A fact that cannot be decided is not. */
export const isFactOf = (fact: Fact, target: Target, credentials: Credentials): boolean => {
  try {
    switch (fact.type) {
      case 'scope':
        return scopeOf(credentials) === fact.scope;
      case 'role':
        return hasRole(credentials, fact.role);
      case 'opaque':
        return false;
      case 'equal': {
        const right = rightText(fact.right, target);
        if (right === undefined) return false;
        if (fact.left.type === 'literal') return fact.left.text === right;
        return fact.left.type === 'credential' && matchesPath(credentials, fact.left.path.split('.'), right);
      }
    }
  } catch {
    return false;
  }
};

/** The value at a path; undefined where there is none, or a list on the way. */
const valueAt = (credentials: Credentials, path: string): unknown => {
  let value: unknown = credentials;
  for (const segment of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = getKey(value, segment);
  }
  return value;
};

/** A copy with a value at a path; undefined where something stands in the way. */
const withValue = (object: Target, path: readonly string[], value: unknown): Target | undefined => {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return { ...object, [first]: value };
  const inner = getKey(object, first) ?? {};
  if (typeof inner !== 'object' || Array.isArray(inner)) return undefined;
  const changed = withValue(inner as Target, rest, value);
  return changed === undefined ? undefined : { ...object, [first]: changed };
};

const fromText = (text: string): unknown =>
  text === 'None' ? null : text === 'True' ? true : text === 'False' ? false : text;

const withScope = (credentials: Credentials, scope: 'system' | 'domain' | 'project'): Credentials => {
  const bare = Object.fromEntries(
    Object.entries(credentials).filter(([key]) => !['system', 'system_scope', 'domain_id'].includes(key)),
  );
  if (scope === 'system') return { ...bare, system_scope: 'all' };
  return scope === 'domain' ? { ...bare, domain_id: credentials.domain_id ?? 'some-domain' } : bare;
};

const withRole = (credentials: Credentials, role: string, holds: boolean): Credentials => {
  const roles = Array.isArray(credentials.roles) ? (credentials.roles as unknown[]) : [];
  const others = roles.filter((member) => typeof member !== 'string' || member.toLowerCase() !== role);
  return { ...credentials, roles: holds ? [...others, role] : others };
};

/**
 * A request changed so that facts are so, by changing the token where that is possible and the target elsewhere.
 * @returns undefined where this cannot be done one fact at a time
 */
export const applyFacts = (
  changes: readonly Literal[],
  target: Target,
  credentials: Credentials,
): { readonly target: Target; readonly credentials: Credentials } | undefined => {
  let request: { target: Target; credentials: Credentials } | undefined = { target, credentials };
  // The scope first: it takes away what belongs to another one.
  const ordered = [...changes].sort(
    (a, b) => Number(b.fact.type === 'scope') - Number(a.fact.type === 'scope'),
  );
  for (const change of ordered) {
    request = applyFact(change, request.target, request.credentials);
    if (request === undefined) return undefined;
  }
  return request;
};

const applyFact = (
  { fact, holds }: Literal,
  target: Target,
  credentials: Credentials,
): { target: Target; credentials: Credentials } | undefined => {
  switch (fact.type) {
    case 'opaque':
      return undefined;
    case 'scope':
      return holds ? { target, credentials: withScope(credentials, fact.scope) } : { target, credentials };
    case 'role':
      return { target, credentials: withRole(credentials, fact.role, holds) };
    case 'equal':
      return applyEquality(fact, holds, target, credentials);
  }
};

const applyEquality = (
  { left, right }: Extract<Fact, { type: 'equal' }>,
  holds: boolean,
  target: Target,
  credentials: Credentials,
): { target: Target; credentials: Credentials } | undefined => {
  if (!holds) {
    // Another value, which nobody else has.
    if (left.type !== 'credential') {
      return right.type === 'target'
        ? { target: { ...target, [right.key]: 'another' }, credentials }
        : undefined;
    }
    const changed = withValue(credentials, left.path.split('.'), 'another');
    return changed && { target, credentials: changed };
  }
  if (left.type === 'literal') {
    return right.type === 'target'
      ? { target: { ...target, [right.key]: fromText(left.text) }, credentials }
      : undefined;
  }
  if (left.type !== 'credential') return undefined;
  const wanted =
    right.type === 'literal'
      ? fromText(right.text)
      : right.type === 'target'
        ? getKey(target, right.key)
        : undefined;
  if (wanted !== undefined) {
    const changed = withValue(credentials, left.path.split('.'), wanted);
    return changed && { target, credentials: changed };
  }
  // The target does not say whose it is: let it be the caller's.
  const own = valueAt(credentials, left.path);
  if (right.type !== 'target') return undefined;
  if (own !== undefined) return { target: { ...target, [right.key]: own }, credentials };
  const changed = withValue(credentials, left.path.split('.'), 'the-same');
  return changed && { target: { ...target, [right.key]: 'the-same' }, credentials: changed };
};
