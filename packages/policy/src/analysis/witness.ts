import { ALWAYS, NEVER, type Diagram } from './decision-diagram.ts';
import { type Fact, type FactSpace, type Scope, type Term } from './facts.ts';

/** A request that shows something: who asks, on what. */
export interface Witness {
  readonly scope: Scope;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  /** Checks that are not looked into, with the answer this request supposes them to give. */
  readonly supposes: readonly { readonly check: string; readonly result: boolean }[];
}

/** A fact, and whether it is to hold. */
export interface Literal {
  readonly fact: Fact;
  readonly holds: boolean;
}

/**
 * Credentials that hold one value, as Keystone's middleware fills them in. Any other may be a list, which equals each
 * of its members.
 */
const SINGLE_VALUED = new Set([
  'user_id',
  'project_id',
  'domain_id',
  'user_domain_id',
  'project_domain_id',
  'system_scope',
  'system',
  'is_admin',
  'is_admin_project',
  'service_user_id',
  'service_user_domain_id',
  'service_project_id',
  'service_project_domain_id',
]);

const keyOf = (term: Term): string => {
  switch (term.type) {
    case 'literal':
      return `L${term.text}`;
    case 'credential':
      return `C${term.path}`;
    case 'target':
      return `T${term.key}`;
  }
};

/** Groups of terms that must be equal; a group holds at most one text. */
class Equalities {
  readonly #parents = new Map<string, string>();

  /** The term that stands for a group; a literal where the group has one. */
  find(term: string): string {
    let current = term;
    for (let parent = this.#parents.get(current); parent !== undefined; parent = this.#parents.get(current)) {
      current = parent;
    }
    return current;
  }

  /** Makes two terms equal. @returns false where that cannot be, because two texts differ */
  join(left: string, right: string): boolean {
    const [a, b] = [this.find(left), this.find(right)];
    if (a === b) return true;
    if (a.startsWith('L') && b.startsWith('L')) return false;
    if (a.startsWith('L')) this.#parents.set(b, a);
    else this.#parents.set(a, b);
    return true;
  }
}

/** Texts of values that Python takes for false: what a credential that is not set may look like. */
const FALSY = new Set(['None', 'False', '', '0', '[]', '{}', '()']);
/** The value that a policy's text stands for. */
const valueOfText = (text: string): unknown =>
  text === 'None' ? null : text === 'True' ? true : text === 'False' ? false : text;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const define = (object: object, key: string, value: unknown): void => {
  // Also `__proto__` is a name like any other.
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
};

/** Sets a value at a path. @returns false where a value stands in the way */
const place = (object: Record<string, unknown>, path: string, value: unknown): boolean => {
  const segments = path.split('.');
  const last = segments.pop() ?? '';
  let current = object;
  for (const segment of segments) {
    if (!Object.hasOwn(current, segment)) define(current, segment, {});
    const next = current[segment];
    if (!isObject(next)) return false;
    current = next;
  }
  if (Object.hasOwn(current, last)) return false;
  define(current, last, value);
  return true;
};

/**
 * A request of which all the given facts are so.
 * @returns undefined when there is none: the facts contradict each other
 */
export const solve = (literals: readonly Literal[]): Witness | undefined => {
  const holding = literals.filter(({ holds }) => holds).map(({ fact }) => fact);
  const failing = literals.filter(({ holds }) => !holds).map(({ fact }) => fact);
  const scope = holding.find((fact) => fact.type === 'scope')?.scope ?? 'project';
  const equalities = new Equalities();
  /** What a credential that may be a list must hold. */
  const members = new Map<string, string[]>();
  const touched = new Set<string>();

  if (scope === 'system') equalities.join('Csystem', 'Csystem_scope');
  for (const fact of holding) {
    if (fact.type !== 'equal') continue;
    const [left, right] = [keyOf(fact.left), keyOf(fact.right)];
    touched.add(right);
    if (fact.left.type === 'credential' && !SINGLE_VALUED.has(fact.left.path)) {
      members.set(left, [...(members.get(left) ?? []), right]);
    } else {
      touched.add(left);
      if (!equalities.join(left, right)) return undefined;
    }
  }
  for (const fact of failing) {
    if (fact.type !== 'equal') continue;
    const [left, right] = [keyOf(fact.left), keyOf(fact.right)];
    const held = members.get(left);
    if (held === undefined) {
      // Two sides that nothing says anything of are simply absent, and absent values are equal to nothing.
      const isSaid = touched.has(left) || left.startsWith('L');
      if (isSaid && touched.has(right) && equalities.find(left) === equalities.find(right)) return undefined;
      if (isSaid && right.startsWith('L') && equalities.find(left) === right) return undefined;
    } else if (held.some((member) => equalities.find(member) === equalities.find(right))) {
      return undefined;
    }
    if (right.startsWith('T')) touched.add(right);
  }

  /** Texts that a made-up value must not have. */
  const texts = new Set(
    [...holding, ...failing].flatMap((fact) =>
      fact.type === 'equal' ? [keyOf(fact.left), keyOf(fact.right)] : [],
    ),
  );
  const values = new Map<string, unknown>();
  const valueOf = (term: string): unknown => {
    const group = equalities.find(term);
    if (group.startsWith('L')) return valueOfText(group.slice(1));
    let value = values.get(group);
    if (value === undefined && group === 'Csystem_scope' && !texts.has('Lall')) value = 'all';
    if (value === undefined) {
      const name = group.slice(1).replace(/^.*[._]?(user|project|domain|system).*$/i, '$1');
      let count = values.size + 1;
      while (texts.has(`L${name}-${count}`)) count += 100;
      value = `${name}-${count}`;
      values.set(group, value);
    }
    return value;
  };

  const credentials: Record<string, unknown> = {
    roles: holding.filter((fact) => fact.type === 'role').map(({ role }) => role),
  };
  if (members.has('Croles')) return undefined;
  if (scope === 'system') touched.add('Csystem_scope');
  if (scope === 'domain') touched.add('Cdomain_id');
  if (scope === 'project') touched.add('Cproject_id');
  touched.add('Cuser_id');
  for (const term of touched) {
    if (!term.startsWith('C') || term === 'Csystem') continue;
    if (!place(credentials, term.slice(1), valueOf(term))) return undefined;
  }
  for (const [term, held] of members) {
    const all = [...new Set(held.map(valueOf))];
    if (!place(credentials, term.slice(1), all.length === 1 ? all[0] : all)) return undefined;
  }
  if (touched.has('Csystem') && scope !== 'system') return undefined;
  if (!agrees(scope, credentials)) return undefined;

  const target: Record<string, unknown> = {};
  for (const term of touched) if (term.startsWith('T')) define(target, term.slice(1), valueOf(term));
  return {
    scope,
    credentials,
    target,
    supposes: literals
      .filter(({ fact }) => fact.type === 'opaque')
      .map(({ fact, holds }) => ({ check: (fact as Extract<Fact, { type: 'opaque' }>).text, result: holds })),
  };
};

const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  !(typeof value === 'string' && FALSY.has(value));

/** Whether the credentials have the scope they are meant to have. */
const agrees = (scope: Scope, credentials: Readonly<Record<string, unknown>>): boolean => {
  const system = isSet(credentials.system_scope);
  const domain = isSet(credentials.domain_id);
  return scope === 'system' ? system : scope === 'domain' ? domain && !system : !system && !domain;
};

/** How many dead ends a search may meet before it gives up. */
const PATIENCE = 20_000;

/** What a search for a request found. */
export type Search =
  | { readonly type: 'found'; readonly witness: Witness }
  /** Proved: no request makes the function true. */
  | { readonly type: 'impossible' }
  /** The search was ended before it was over. */
  | { readonly type: 'unknown' };

/**
 * Looks for a request that makes a function true; one that supposes nothing of checks it cannot look into is preferred.
 * A branch ends as soon as its facts contradict each other.
 */
export const findWitness = (space: FactSpace, diagram: Diagram): Search => {
  let patience = PATIENCE;
  let supposing: Witness | undefined;
  const literals: Literal[] = [];
  const visit = (node: Diagram): Witness | undefined => {
    if (node === NEVER || patience <= 0) return undefined;
    const witness = solve(literals);
    if (witness === undefined) {
      patience -= 1;
      return undefined;
    }
    if (node === ALWAYS) {
      if (witness.supposes.length === 0) return witness;
      supposing ??= witness;
      patience -= 1;
      return undefined;
    }
    const fact = space.fact(space.diagrams.variableOf(node));
    // The token of a project is the usual one; of other facts, as few as possible should have to hold.
    for (const holds of fact.type === 'scope' ? [true, false] : [false, true]) {
      literals.push({ fact, holds });
      const found = visit(space.diagrams.branch(node, holds));
      literals.pop();
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = visit(space.diagrams.and(diagram, space.oneScope)) ?? supposing;
  if (found !== undefined) return { type: 'found', witness: found };
  return patience > 0 ? { type: 'impossible' } : { type: 'unknown' };
};
