import { formatCheck } from '../checks/check.ts';
import { referencesOf } from '../rules/graph.ts';
import { CompiledPolicy } from './compiled-policy.ts';
import { FactSpace } from './facts.ts';
import type { PolicyView } from './policy-view.ts';
import { ruleNamed } from './trace.ts';
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
  const differences: RuleDifference[] = [];
  const unchanged: string[] = [];
  for (const rule of [...new Set([...before.rules.keys(), ...after.rules.keys()])].sort()) {
    const difference = isWrittenAlike(rule, before, after) ? undefined : diffRule(space, rule, old, current);
    const only = !after.rules.has(rule) ? 'before' : !before.rules.has(rule) ? 'after' : undefined;
    if (difference === undefined) unchanged.push(rule);
    else differences.push({ ...difference, ...(only === undefined ? {} : { only }) });
  }
  return { differences, unchanged };
};

/** Whether a rule and everything it leads to are the same texts in both policies: then even a cycle is the same. */
const isWrittenAlike = (rule: string, before: PolicyView, after: PolicyView): boolean => {
  const scopes = (policy: PolicyView): string => JSON.stringify(policy.rules.get(rule)?.scopeTypes ?? []);
  if (scopes(before) !== scopes(after)) return false;
  const seen = new Set<string>();
  const open = [rule];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const [was, is] = [before, after].map((policy) => {
      const answering = ruleNamed(policy, name);
      return answering === undefined ? undefined : policy.rules.get(answering)?.check;
    });
    if (was === undefined || is === undefined) {
      if (was !== is) return false;
      continue;
    }
    if (formatCheck(was) !== formatCheck(is)) return false;
    open.push(...referencesOf(was));
  }
  return true;
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
