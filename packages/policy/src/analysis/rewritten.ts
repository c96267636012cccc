import { formatCheck, type Check } from '../checks/check.ts';
import { referencesOf } from '../rules/graph.ts';
import type { PolicyView } from './policy-view.ts';
import { ruleNamed } from './trace.ts';

const checkNamed = (policy: PolicyView, name: string): Check | undefined => {
  const answering = ruleNamed(policy, name);
  return answering === undefined ? undefined : policy.rules.get(answering)?.check;
};

const textOf = (check: Check | undefined): string | undefined =>
  check === undefined ? undefined : formatCheck(check);

const scopesOf = (policy: PolicyView, name: string): string =>
  JSON.stringify(policy.rules.get(name)?.scopeTypes ?? []);

/**
 * The rules that are not written alike in two policies: whose text or scopes differ, or which lead to one whose text
 * does. Takes time proportional to the rules and references.
 */
export const rulesWrittenAnew = (before: PolicyView, after: PolicyView): ReadonlySet<string> => {
  const users = new Map<string, string[]>();
  const anew = new Set<string>();
  const seen = new Set<string>();
  const open = [...before.rules.keys(), ...after.rules.keys()];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const [was, is] = [checkNamed(before, name), checkNamed(after, name)];
    if (textOf(was) !== textOf(is)) {
      anew.add(name);
      continue;
    }
    // The same text leads to the same rules.
    for (const reference of was === undefined ? [] : referencesOf(was)) {
      const known = users.get(reference);
      if (known === undefined) users.set(reference, [name]);
      else known.push(name);
      open.push(reference);
    }
  }
  const reached = [...anew];
  for (let name = reached.pop(); name !== undefined; name = reached.pop()) {
    for (const user of users.get(name) ?? []) {
      if (anew.has(user)) continue;
      anew.add(user);
      reached.push(user);
    }
  }
  for (const name of seen) if (scopesOf(before, name) !== scopesOf(after, name)) anew.add(name);
  return anew;
};
