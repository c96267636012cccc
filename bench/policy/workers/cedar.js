// cedar-wasm with its policies parsed beforehand and one action a kind of rule: its best case.
import { createRequire } from 'node:module';
import { contend } from '../../harness/contender.js';
import { grantOf, rolesOf } from '../kinds.js';
import { answersOf, people, requests } from '../workload.js';

const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');

const actionOf = new Map();
const policies = new Map();
for (const [name, grant] of grantOf) {
  const action = `k${JSON.stringify(grant).replace(/\W/g, '')}`;
  actionOf.set(name, action);
  const permit = (when) =>
    `permit(principal, action == Action::"${action}", resource)${when === undefined ? '' : ` when { ${when} }`};`;
  policies.set(action, [
    ...grant.role.map((role) => permit(`context.roles.contains("${role}")`)),
    ...grant.own.map((role) =>
      permit(`context.roles.contains("${role}") && context.project == context.owner`),
    ),
    ...(grant.isOwner ? [permit('context.user == context.targetUser')] : []),
    ...(grant.isOpen ? [permit(undefined)] : []),
  ]);
}
const parsed = cedar.preparsePolicySet('nova', { staticPolicies: [...policies.values()].flat().join('\n') });
if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
const roles = people.map((person) => [...rolesOf(person)]);

const decide = (index) => {
  const { rule, who, target } = requests[index];
  const person = people[who];
  const answer = cedar.statefulIsAuthorized({
    principal: { type: 'User', id: person.user_id },
    action: { type: 'Action', id: actionOf.get(rule) },
    resource: { type: 'Thing', id: 'x' },
    context: {
      roles: roles[who],
      project: person.project_id,
      owner: target.project_id,
      user: person.user_id,
      targetUser: target.user_id,
    },
    preparsedPolicySetId: 'nova',
    entities: [],
  });
  return answer.response.decision === 'allow';
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length, step: 16 });
