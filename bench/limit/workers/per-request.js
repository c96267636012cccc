// An enforcer made for each request, ten resources, a project without limits of its own, on a real Keystone.
import { createEnforcer } from '@oslofjord/limit';
import { KeystoneSession, keystoneLimits } from '@oslofjord/limit/keystone';
import { contend } from '../../harness/contend-async.js';

const { auth, serviceId, projectId, names } = JSON.parse(process.argv[2]);
const session = new KeystoneSession({ auth });
const deltas = Object.fromEntries(names.map((name) => [name, 1]));
const used = Object.fromEntries(names.map((name) => [name, 0]));
const work = async () => {
  const limits = await keystoneLimits({ session, target: { serviceId, regionId: 'RegionOne' } });
  const enforcer = await createEnforcer({ limits, usage: () => used, model: 'flat' });
  await enforcer.enforce(projectId, deltas);
};
await work();
await contend({ answers: 'granted', work, size: 1, isElapsed: true, batch: 1 });
