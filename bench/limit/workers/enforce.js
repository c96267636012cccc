// Warm enforce of ten resources by @oslofjord/limit.
import { createEnforcer, ProjectOverLimitError } from '@oslofjord/limit';
import { createLimitFixture } from '@oslofjord/limit/testing';
import { NAMES, projects, registered, requests, USED } from '../workload.js';
import { contend } from '../../harness/contend-async.js';

const used = Object.fromEntries(NAMES.map((name) => [name, USED]));
const enforcer = await createEnforcer({
  limits: createLimitFixture({ registered, projects }),
  usage: () => used,
  cache: { maxStale: '1h', refetchAfter: '1h' },
});

const decide = async (index) => {
  const { project, deltas } = requests[index];
  try {
    await enforcer.enforce(project, deltas);
    return '';
  } catch (error) {
    if (!(error instanceof ProjectOverLimitError)) throw error;
    return error.message;
  }
};

const answers = [];
for (const index of requests.keys()) answers.push(await decide(index));
await contend({ answers: answers.join('\n'), work: decide, size: requests.length });
