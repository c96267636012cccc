import { operandsOf, type Check } from '../checks/check.ts';

/** The names a check refers to with `rule:`, also below `not`, each once. */
export const referencesOf = (root: Check): ReadonlySet<string> => {
  const names = new Set<string>();
  const open = [root];
  for (let check = open.pop(); check !== undefined; check = open.pop()) {
    if (check.type === 'rule') names.add(check.match);
    open.push(...operandsOf(check));
  }
  return names;
};

/** A rule that lies on a cycle, with the rules the cycle leads through. */
export interface Cycle {
  readonly rule: string;
  /** From the rule back to itself. */
  readonly path: readonly string[];
}

/**
 * The rules that refer to themselves, directly or through others, also below `not`. One entry per rule.
 * Takes time proportional to the references for rules without cycles.
 */
export const findCycles = (checks: ReadonlyMap<string, Check>): Cycle[] => {
  const references = new Map(Array.from(checks, ([name, check]) => [name, referencesOf(check)]));
  const finished = new Set<string>();
  const suspects = new Set<string>();
  // A rule is finished once everything it leads to is known to end.
  for (const start of references.keys()) {
    const path: { name: string; rest: string[] }[] = [];
    const active = new Set<string>();
    const enter = (name: string): void => {
      if (finished.has(name) || !references.has(name)) return;
      if (active.has(name)) {
        for (const step of path) suspects.add(step.name);
        return;
      }
      active.add(name);
      path.push({ name, rest: [...(references.get(name) ?? [])] });
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next !== undefined) {
        enter(next);
        continue;
      }
      path.pop();
      active.delete(top.name);
      finished.add(top.name);
    }
  }
  return [...suspects].flatMap((rule) => {
    const path = pathBack(rule, references);
    return path === undefined ? [] : [{ rule, path }];
  });
};

/** The shortest way from a rule back to itself. */
const pathBack = (
  rule: string,
  references: ReadonlyMap<string, ReadonlySet<string>>,
): string[] | undefined => {
  const cameFrom = new Map<string, string>();
  let level = [rule];
  while (level.length > 0) {
    const next: string[] = [];
    for (const name of level) {
      for (const reference of references.get(name) ?? []) {
        if (reference === rule) {
          const path = [rule];
          for (let at = name; at !== rule; at = cameFrom.get(at) ?? rule) path.unshift(at);
          return [rule, ...path];
        }
        if (cameFrom.has(reference)) continue;
        cameFrom.set(reference, name);
        next.push(reference);
      }
    }
    level = next;
  }
  return undefined;
};
