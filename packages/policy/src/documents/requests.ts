import type { RuleDifference } from '../analysis/diff.ts';
import type { Witness } from '../analysis/witness.ts';

const listOf = (values: Readonly<Record<string, unknown>>, left: readonly string[]): string[] =>
  Object.entries(values)
    .filter(([name]) => !left.includes(name))
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);

/** A request in words: `project-scoped token, roles member, project_id "x", on a target with project_id "x"`. */
export const formatRequest = ({ scope, credentials, target, supposes }: Witness): string => {
  const { roles } = credentials;
  const names = Array.isArray(roles) ? roles.join(', ') : '';
  const who = [
    `${scope}-scoped token`,
    names === '' ? 'no roles' : `roles ${names}`,
    ...listOf(credentials, ['roles']),
  ].join(', ');
  const what = listOf(target, []);
  const supposed = supposes.map(({ check, result }) => `${check} ${result ? 'passes' : 'fails'}`);
  return [
    who,
    ...(what.length === 0 ? [] : [`on a target with ${what.join(', ')}`]),
    ...(supposed.length === 0 ? [] : [`where ${supposed.join(' and ')}`]),
  ].join(', ');
};

/** What became of a rule, in indented lines. */
export const formatDifference = ({ rule, gain, loss, only, undecided }: RuleDifference): string => {
  const where = only === undefined ? '' : ` (only ${only})`;
  const lines = [
    ...(gain === undefined ? [] : [`  allowed now:       ${formatRequest(gain)}`]),
    ...(loss === undefined ? [] : [`  no longer allowed: ${formatRequest(loss)}`]),
    ...(undecided === undefined ? [] : [`  cannot be compared: the rule is ${undecided}`]),
  ];
  return [`${rule}${where}`, ...lines, ''].join('\n');
};
