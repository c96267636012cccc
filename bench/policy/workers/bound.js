// Our actor as a service uses it: credentials bound once a person, a handle for each rule kept where it is used.
import { Enforcer, ruleDefault } from '@oslofjord/policy';
import { bind, ruleHandle } from '@oslofjord/policy/actors';
import { contend } from '../../harness/contender.js';
import { answersOf, people, requests, rules } from '../workload.js';

const enforcer = new Enforcer({
  policies: rules.map(({ name, checkStr, scopeTypes }) => ruleDefault({ name, checkStr, scopeTypes })),
  policyFile: new URL('empty.yaml', import.meta.url).pathname,
  policyDirs: [],
});
await enforcer.load();
const actors = people.map((person) => bind(enforcer, person));
const handles = requests.map(({ rule }) => ruleHandle(enforcer, rule));

const decide = (index) => {
  const { who, target } = requests[index];
  return actors[who].can(handles[index], target);
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length });
enforcer.close();
