// accesscontrol: grants by role on any or one's own resource; whose it is must be said by the caller.
import { AccessControl } from 'accesscontrol';
import { contend } from '../../harness/contender.js';
import { grantOf } from '../kinds.js';
import { answersOf, people, requests } from '../workload.js';

const control = new AccessControl();
const resourceOf = new Map([...grantOf.keys()].map((name) => [name, name.replace(/\W/g, '_')]));
for (const role of ['anyone', 'admin', 'member', 'reader']) control.grant(role).readOwn('nothing');
for (const [name, { role, own, isOwner, isOpen }] of grantOf) {
  const resource = resourceOf.get(name);
  for (const one of role) control.grant(one).readAny(resource);
  for (const one of own) control.grant(one).readOwn(resource);
  if (isOwner) control.grant('anyone').readOwn(resource);
  if (isOpen) control.grant('anyone').readAny(resource);
}
const resources = new Set(control.getResources());
const known = new Set(['admin', 'member', 'reader']);

const decide = (index) => {
  const { rule, who, target } = requests[index];
  const person = people[who];
  const roles = ['anyone'];
  for (const role of person.roles) if (known.has(role.toLowerCase())) roles.push(role.toLowerCase());
  const query = control.can(roles);
  const resource = resourceOf.get(rule);
  if (!resources.has(resource)) return false;
  if (query.readAny(resource).granted) return true;
  const { isOwner } = grantOf.get(rule);
  const isOwn = isOwner ? target.user_id === person.user_id : target.project_id === person.project_id;
  return isOwn && query.readOwn(resource).granted;
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length });
