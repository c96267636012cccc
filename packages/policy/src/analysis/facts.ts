import { formatCheck, type KindCheck } from '../checks/check.ts';
import { classifyKind } from '../checks/kinds.ts';
import { templateOf } from '../checks/walk.ts';
import { ALWAYS, DecisionDiagrams, NEVER, type Diagram } from './decision-diagram.ts';

/** The three scopes a token can have, in the order in which the analysis asks for them. */
export const SCOPES = ['project', 'domain', 'system'] as const;
export type Scope = (typeof SCOPES)[number];

/** One side of a comparison. */
export type Term =
  /** A text written in the rule. */
  | { readonly type: 'literal'; readonly text: string }
  /** A value of the credentials, as in `user.domain.id`. */
  | { readonly type: 'credential'; readonly path: string }
  /** A value of the target, as in `%(project_id)s`. */
  | { readonly type: 'target'; readonly key: string };

/** Something a decision depends on, that is true or false of a request. */
export type Fact =
  | { readonly type: 'scope'; readonly scope: Scope }
  /** In lower case. */
  | { readonly type: 'role'; readonly role: string }
  | { readonly type: 'equal'; readonly left: Term; readonly right: Term }
  /** A check whose meaning is not looked into: custom, remote, or composed of several values. */
  | { readonly type: 'opaque'; readonly text: string };

const termText = (term: Term): string => {
  switch (term.type) {
    case 'literal':
      return JSON.stringify(term.text);
    case 'credential':
      return `credentials ${term.path}`;
    case 'target':
      return `target ${term.key}`;
  }
};

/** A fact as a person says it. Equal facts have equal texts. */
export const formatFact = (fact: Fact): string => {
  switch (fact.type) {
    case 'scope':
      return `${fact.scope}-scoped token`;
    case 'role':
      return `role ${fact.role}`;
    case 'equal':
      return `${termText(fact.left)} = ${termText(fact.right)}`;
    case 'opaque':
      return `check ${fact.text}`;
  }
};

/**
 * The fact a check without operands stands for, or a constant when its two sides are texts.
 * A check that cannot be read without a request, or raises for every one, is opaque.
 */
export const factOf = (check: KindCheck): Fact | boolean => {
  const opaque: Fact = { type: 'opaque', text: formatCheck(check) };
  if (check.type !== 'role' && check.type !== 'generic') return opaque;
  const { simple } = templateOf(check);
  if (simple === undefined) return opaque;
  const [before = '', key, after] = simple;
  if (check.type === 'role') {
    return key === undefined ? { type: 'role', role: before.toLowerCase() } : opaque;
  }
  if (key !== undefined && (simple.length !== 3 || before !== '' || after !== '')) return opaque;
  const right: Term = key === undefined ? { type: 'literal', text: before } : { type: 'target', key };
  const kind = classifyKind(check.kind);
  if (kind.type === 'invalid') return opaque;
  if (kind.type === 'literal') {
    if (right.type === 'literal') return kind.text === right.text;
    return { type: 'equal', left: { type: 'literal', text: kind.text }, right };
  }
  return { type: 'equal', left: { type: 'credential', path: kind.segments.join('.') }, right };
};

/**
 * The facts that decisions depend on, each a variable of the diagrams. One space serves all policies that are compared:
 * the same fact is the same variable in all of them.
 */
export class FactSpace {
  readonly diagrams: DecisionDiagrams = new DecisionDiagrams();
  readonly #facts: Fact[] = [];
  readonly #variables = new Map<string, number>();
  /** True for a request whose token has exactly one scope, as every token has. */
  readonly oneScope: Diagram;

  constructor() {
    const { diagrams } = this;
    const scopes = SCOPES.map((scope) => this.of({ type: 'scope', scope }));
    this.oneScope = scopes.reduce((sum, scope, index) => {
      const others = scopes.filter((_, other) => other !== index);
      const alone = others.reduce((product, other) => diagrams.butNot(product, other), scope);
      return diagrams.or(sum, alone);
    }, NEVER);
  }

  /** The function that is true exactly when the fact is. */
  of(fact: Fact): Diagram {
    const text = formatFact(fact);
    let variable = this.#variables.get(text);
    if (variable === undefined) {
      variable = this.#facts.push(fact) - 1;
      this.#variables.set(text, variable);
    }
    return this.diagrams.variable(variable);
  }

  /** The function a check without operands computes. */
  ofCheck(check: KindCheck): Diagram {
    const fact = factOf(check);
    if (typeof fact === 'boolean') return fact ? ALWAYS : NEVER;
    return this.of(fact);
  }

  /** The fact behind a variable of the diagrams. */
  fact(variable: number): Fact {
    const fact = this.#facts[variable];
    if (fact === undefined) throw new RangeError(`there is no fact ${variable}`);
    return fact;
  }

  /** True when the token's scope is one of those given; any scope will do when none is. */
  inScope(scopes: readonly string[]): Diagram {
    if (scopes.length === 0) return ALWAYS;
    const known = SCOPES.filter((scope) => scopes.includes(scope));
    return known.reduce((sum, scope) => this.diagrams.or(sum, this.of({ type: 'scope', scope })), NEVER);
  }
}
