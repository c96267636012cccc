import { CompiledPolicy } from './compiled-policy.ts';
import { FactSpace } from './facts.ts';
import type { PolicyView } from './policy-view.ts';
import { rulesWrittenAnew } from './rewritten.ts';
import { findWitness, type Search, type Witness } from './witness.ts';

/** What became of a rule between two policies. */
export interface RuleDifference {
  readonly rule: string;
  /** A request that is allowed now and was not before. */
  readonly gain?: Witness;
  /** A request that was allowed before and is not now. */
  readonly loss?: Witness;
  /** Where the rule is only in one of the policies, in which. */
  readonly only?: 'before' | 'after';
  /** Why nothing can be said: the rule refers to itself, or is too complex. */
  readonly undecided?: 'cyclic' | 'too complex';
}

/** How two policies differ, rule by rule, in the order of names. */
export interface PolicyDifference {
  readonly differences: readonly RuleDifference[];
  /** The rules proved to decide every request as before. */
  readonly unchanged: readonly string[];
}

const witnessOf = (search: Search): Witness | undefined =>
  search.type === 'found' ? search.witness : undefined;

/**
 * Compares what two policies decide, whatever their texts: per rule somebody who gains and somebody who loses, each as a
 * concrete request, or the proof that nobody does. A rule that only one policy has is compared with what the other
 * decides for rules it does not have.
 *
 * Requests range over all roles, the three scopes, and all equalities among credentials, target and texts in the rules.
 * Checks that cannot be looked into (custom, remote, composed matches) count as facts of their own.
 */
export const diffPolicies = (before: PolicyView, after: PolicyView): PolicyDifference => {
  const space = new FactSpace();
  const [old, current] = [new CompiledPolicy(before, space), new CompiledPolicy(after, space)];
  const rewritten = rulesWrittenAnew(before, after);
  const differences: RuleDifference[] = [];
  const unchanged: string[] = [];
  for (const rule of [...new Set([...before.rules.keys(), ...after.rules.keys()])].sort()) {
    // What is the same text throughout is the same, even in a circle.
    const difference = rewritten.has(rule) ? diffRule(space, rule, old, current) : undefined;
    const only = !after.rules.has(rule) ? 'before' : !before.rules.has(rule) ? 'after' : undefined;
    if (difference === undefined) unchanged.push(rule);
    else differences.push({ ...difference, ...(only === undefined ? {} : { only }) });
  }
  return { differences, unchanged };
};

const diffRule = (
  space: FactSpace,
  rule: string,
  before: CompiledPolicy,
  after: CompiledPolicy,
): RuleDifference | undefined => {
  const [was, is] = [before.decision(rule), after.decision(rule)];
  if (was === undefined || is === undefined) return { rule, undecided: 'cyclic' };
  if (was === is) return undefined;
  const gained = findWitness(space, space.diagrams.butNot(is, was));
  const lost = findWitness(space, space.diagrams.butNot(was, is));
  const [gain, loss] = [witnessOf(gained), witnessOf(lost)];
  if (gain === undefined && loss === undefined) {
    if (gained.type === 'impossible' && lost.type === 'impossible') return undefined;
    return { rule, undecided: 'too complex' };
  }
  return { rule, ...(gain === undefined ? {} : { gain }), ...(loss === undefined ? {} : { loss }) };
};
