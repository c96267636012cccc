// permix, set up for each person beforehand.
import { contend } from '../../harness/contender.js';
import { grantOf, rolesOf } from '../kinds.js';
import { answersOf, people, requests } from '../workload.js';

// permix uses what Node 20 does not have yet.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
const { createPermix } = await import('permix');

const instances = people.map((person) => {
  const roles = rolesOf(person);
  const setup = {};
  for (const [name, { role, own, isOwner, isOpen }] of grantOf) {
    const isSure = isOpen === true || role.some((one) => roles.has(one));
    const owns = own.some((one) => roles.has(one));
    setup[name] = {
      use:
        isSure ||
        (owns && ((target) => target.project_id === person.project_id)) ||
        (isOwner === true && ((target) => target.user_id === person.user_id)),
    };
  }
  const permix = createPermix();
  permix.setup(setup);
  return permix;
});

const decide = (index) => {
  const { rule, who, target } = requests[index];
  return instances[who].check(rule, 'use', target);
};

await contend({ answers: answersOf(decide), work: decide, size: requests.length });
