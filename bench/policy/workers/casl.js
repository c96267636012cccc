// @casl/ability with one ability a person, built beforehand: the kindest case for it.
import { AbilityBuilder, createMongoAbility, subject } from '@casl/ability';
import { contend } from '../../harness/contender.js';
import { answersOf, people, requests, rules } from '../workload.js';

/** What each kind of Nova rule means, in CASL's own terms: may this person do this, and on which targets. */
const GRANTS = {
  'rule:context_is_admin': (person, can) => person.has('admin') && can(),
  'rule:project_member_or_admin': (person, can) =>
    person.has('admin') ? can() : person.has('member') && can({ project_id: person.project_id }),
  'rule:project_reader_or_admin': (person, can) =>
    person.has('admin') ? can() : person.has('reader') && can({ project_id: person.project_id }),
  'rule:project_reader_api': (person, can) => person.has('reader') && can({ project_id: person.project_id }),
  '(rule:context_is_admin) or user_id:%(user_id)s': (person, can) =>
    person.has('admin') ? can() : can({ user_id: person.user_id }),
  '@': (_, can) => can(),
  '!': () => undefined,
};

const abilities = people.map((person) => {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  const roles = new Set(person.roles.map((role) => role.toLowerCase()));
  for (const rule of rules.filter(
    ({ isApi, scopeTypes }) => isApi && (scopeTypes ?? ['project']).includes('project'),
  )) {
    const grant = GRANTS[rule.checkStr];
    grant({ ...person, has: (role) => roles.has(role) }, (conditions) =>
      can(rule.name, 'Target', conditions),
    );
  }
  return build();
});

const decide = (index) => {
  const { rule, who, target } = requests[index];
  return abilities[who].can(rule, subject('Target', { ...target }));
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length });
