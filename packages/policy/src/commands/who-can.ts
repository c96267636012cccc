import { viewOf } from '../analysis/enforcer-view.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import { whoCan as waysInto } from '../analysis/who-can.ts';
import { CommandFailure, type Command } from './command.ts';
import { compatOf, loadEnforcer, POLICY_FLAGS, readSetup, withConfiguration } from './setup.ts';
import { loadServices } from './service.ts';
import { formatTable } from './table.ts';

const rowsOf = (policy: PolicyView, rule: string): string[][] => {
  const ways = waysInto(policy, rule);
  if (ways === undefined) return [[rule, '-', 'the rule refers to itself']];
  if (ways.length === 0) return [[rule, '-', 'nobody']];
  return ways.map(({ scope, facts }, index) => [
    index === 0 ? rule : '',
    scope,
    facts.length === 0 ? 'everybody' : facts.join(', '),
  ]);
};

export const whoCan: Command = {
  name: 'who-can',
  summary: 'Lists who may do what rules guard: for each scope the smallest sets of facts that are enough.',
  operands: '[RULE...]',
  flags: [...POLICY_FLAGS, { name: 'json', type: 'switch', help: 'print JSON' }],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await loadServices(given, directory);
    const { options } = readSetup(line, directory);
    const policy = viewOf(await loadEnforcer(services, { ...options, compat: compatOf(given) }));
    const rules = given.operands.length > 0 ? given.operands : [...policy.rules.keys()];
    const missing = rules.filter((rule) => !policy.rules.has(rule));
    if (missing.length > 0) throw new CommandFailure(`there is no rule ${missing.join(', ')}`);
    if (given.has('json')) {
      const ways = Object.fromEntries(rules.map((rule) => [rule, waysInto(policy, rule) ?? null]));
      return { output: `${JSON.stringify(ways, null, 2)}\n`, exitCode: 0 };
    }
    const header = ['rule', 'scope', 'facts'];
    return { output: formatTable([header, ...rules.flatMap((rule) => rowsOf(policy, rule))]), exitCode: 0 };
  },
};
