// What a person would write by hand for the seven kinds of rules in the workload: a yardstick, not a library.
import { contend } from '../../harness/contender.js';
import { answersOf, people, requests, rules } from '../workload.js';

const has = (person, role) => {
  const { roles } = person;
  for (let index = 0; index < roles.length; index += 1) {
    if (roles[index] === role || roles[index].toLowerCase() === role) return true;
  }
  return false;
};
const owns = (target, person) => target.project_id === person.project_id;

const DECISIONS = {
  'rule:context_is_admin': (target, person) => has(person, 'admin'),
  'rule:project_member_or_admin': (target, person) =>
    (has(person, 'member') && owns(target, person)) || has(person, 'admin'),
  'rule:project_reader_or_admin': (target, person) =>
    (has(person, 'reader') && owns(target, person)) || has(person, 'admin'),
  'rule:project_reader_api': (target, person) => has(person, 'reader') && owns(target, person),
  '(rule:context_is_admin) or user_id:%(user_id)s': (target, person) =>
    has(person, 'admin') || target.user_id === person.user_id,
  '@': () => true,
  '!': () => false,
};
const decisions = new Map(
  rules.filter((rule) => rule.isApi).map((rule) => [rule.name, DECISIONS[rule.checkStr]]),
);

const decide = (index) => {
  const { rule, who, target } = requests[index];
  return decisions.get(rule)(target, people[who]);
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length });
