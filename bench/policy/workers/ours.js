// Our enforcer as a service uses it: registered defaults, names, plain credentials on every call.
import { Enforcer, ruleDefault } from '@oslofjord/policy';
import { contend } from '../../harness/contender.js';
import { answersOf, people, requests, rules } from '../workload.js';

const enforcer = new Enforcer({
  policies: rules.map(({ name, checkStr, scopeTypes }) => ruleDefault({ name, checkStr, scopeTypes })),
  useConf: true,
  policyFile: new URL('empty.yaml', import.meta.url).pathname,
  policyDirs: [],
});
await enforcer.load();

const decide = (index) => {
  const { rule, who, target } = requests[index];
  return enforcer.enforce(rule, target, people[who]);
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length });
enforcer.close();
