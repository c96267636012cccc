// The seven kinds of rules in the workload, by what they mean: peers that cannot read rules are given these.
import { rules } from './workload.js';

const KINDS = {
  'rule:context_is_admin': { role: ['admin'] },
  'rule:project_member_or_admin': { role: ['admin'], own: ['member'] },
  'rule:project_reader_or_admin': { role: ['admin'], own: ['reader'] },
  'rule:project_reader_api': { own: ['reader'] },
  '(rule:context_is_admin) or user_id:%(user_id)s': { role: ['admin'], isOwner: true },
  '@': { isOpen: true },
  '!': {},
};

/** Who may: `role` anywhere, `own` in the target's project, `isOwner` as its user, `isOpen` everybody. */
export const grantOf = new Map(
  rules
    .filter((rule) => rule.isApi)
    .map(({ name, checkStr, scopeTypes }) => [
      name,
      // Everybody in the workload has a token of a project.
      (scopeTypes ?? ['project']).includes('project')
        ? { role: [], own: [], ...KINDS[checkStr] }
        : { role: [], own: [] },
    ]),
);

/** A person's roles in lower case. */
export const rolesOf = (person) => new Set(person.roles.map((role) => role.toLowerCase()));
