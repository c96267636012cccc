import { CompiledPolicy } from './compiled-policy.ts';
import { ALWAYS, NEVER, type Diagram } from './decision-diagram.ts';
import { FactSpace, formatFact } from './facts.ts';
import type { PolicyView } from './policy-view.ts';
import { solve, type Literal } from './witness.ts';

/** One way to be allowed: all of these facts together, and no fewer. */
export interface WayIn {
  readonly scope: 'project' | 'domain' | 'system';
  /** Facts in words, as in `role member` and `credentials project_id = target project_id`. */
  readonly facts: readonly string[];
}

/**
 * Who may do what a rule guards: the smallest sets of facts that are enough, by scope and then by size. A rule that
 * allows everybody has one way in without facts for each scope.
 * @returns undefined for a rule that refers to itself
 */
export const whoCan = (policy: PolicyView, rule: string): WayIn[] | undefined => {
  const space = new FactSpace();
  const { diagrams } = space;
  const decision = new CompiledPolicy(policy, space).decision(rule);
  if (decision === undefined) return undefined;
  return (['project', 'domain', 'system'] as const).flatMap((scope) => {
    let rest = diagrams.and(decision, space.of({ type: 'scope', scope }));
    // Only what a token of this scope leaves open is asked for.
    for (const other of ['project', 'domain', 'system'] as const) {
      const variable = diagrams.variableOf(space.of({ type: 'scope', scope: other }));
      rest = diagrams.restrict(rest, variable, other === scope);
    }
    return smallestWays(space, rest)
      .filter(
        (literals) => solve([{ fact: { type: 'scope', scope }, holds: true }, ...literals]) !== undefined,
      )
      .map((literals) => ({
        scope,
        facts: literals.map(({ fact, holds }) => `${holds ? '' : 'not '}${formatFact(fact)}`).sort(),
      }))
      .sort((a, b) => a.facts.length - b.facts.length || a.facts.join().localeCompare(b.facts.join()));
  });
};

/**
 * The prime implicants of a function: sets of literals each of which makes it true, and none of which can lose a member.
 * Source: O. Coudert and J. C. Madre, "Implicit and Incremental Computation of Primes and Essential Primes" (1992),
 * written out as sets because policies have few.
 */
const smallestWays = (space: FactSpace, diagram: Diagram): Literal[][] => {
  const { diagrams } = space;
  const known = new Map<Diagram, Literal[][]>();
  const primes = (node: Diagram): Literal[][] => {
    if (node === NEVER) return [];
    if (node === ALWAYS) return [[]];
    const found = known.get(node);
    if (found !== undefined) return found;
    const [low, high] = [diagrams.branch(node, false), diagrams.branch(node, true)];
    const fact = space.fact(diagrams.variableOf(node));
    const both = diagrams.and(low, high);
    const shared = primes(both);
    const only = (side: Diagram, holds: boolean): Literal[][] =>
      primes(side)
        .filter((way) => !isEnough(space, both, way))
        .map((way) => [{ fact, holds }, ...way]);
    const result = [...shared, ...only(high, true), ...only(low, false)];
    known.set(node, result);
    return result;
  };
  return primes(diagram);
};

/** Whether the literals alone make the function true. */
const isEnough = (space: FactSpace, diagram: Diagram, literals: readonly Literal[]): boolean => {
  let rest = diagram;
  for (const { fact, holds } of literals) {
    rest = space.diagrams.restrict(rest, space.diagrams.variableOf(space.of(fact)), holds);
  }
  return rest === ALWAYS;
};
