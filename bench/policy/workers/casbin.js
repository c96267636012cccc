// node-casbin at its best: not one row a rule and role, but one a kind of rule; the rule's kind is looked up beforehand.
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { contend } from '../../harness/contender.js';
import { grantOf } from '../kinds.js';
import { answersOf, people, requests } from '../workload.js';

const MODEL = `
[request_definition]
r = person, kind, target
[policy_definition]
p = kind, role, condition
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.kind == p.kind && (p.role == "*" || holds(r.person, p.role)) && (p.condition == "any" || (p.condition == "project" && r.person.project_id == r.target.project_id) || (p.condition == "user" && r.person.user_id == r.target.user_id))
`;

const rows = new Map();
const kindOf = new Map();
for (const [name, grant] of grantOf) {
  const kind = `k${JSON.stringify(grant).replace(/\W/g, '')}`;
  kindOf.set(name, kind);
  rows.set(kind, [
    ...grant.role.map((role) => `p, ${kind}, ${role}, any`),
    ...grant.own.map((role) => `p, ${kind}, ${role}, project`),
    ...(grant.isOwner ? [`p, ${kind}, *, user`] : []),
    ...(grant.isOpen ? [`p, ${kind}, *, any`] : []),
  ]);
}
const enforcer = await newEnforcer(
  newModelFromString(MODEL),
  new StringAdapter([...rows.values()].flat().join('\n')),
);
enforcer.addFunction('holds', (person, role) =>
  person.roles.some((one) => one === role || one.toLowerCase() === role),
);

const decide = (index) => {
  const { rule, who, target } = requests[index];
  return enforcer.enforceSync(people[who], kindOf.get(rule), target);
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length, step: 16 });
