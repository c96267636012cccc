import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { postgresqlClaims } from '../../src/claims/postgresql.ts';
import { redisClaims } from '../../src/claims/redis.ts';
import { createEnforcer } from '../../src/enforcer.ts';
import { ClaimLostError, ProjectOverLimitError } from '../../src/errors.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';
import {
  CREATE,
  NODES,
  PARENTS,
  PROJECT_LIMITS,
  REGISTERED,
  RESOURCES,
  fieldsOf,
  type RaceTask,
} from './race.ts';

// One of the processes that race for quota: claims, creates after a moment, gives some back.
const task = JSON.parse(process.argv[2] ?? '{}') as RaceTask;
const things = new Redis(task.redis);
const pool =
  task.postgresql === undefined ? undefined : new pg.Pool({ connectionString: task.postgresql, max: 2 });

const countsOf = async (projectId: string): Promise<Record<string, number>> => {
  const values = await things.hmget(`${task.prefix}:things`, ...fieldsOf(projectId));
  return Object.fromEntries(RESOURCES.map((name, index) => [name, Number(values[index] ?? 0)]));
};

const enforcer = await createEnforcer({
  limits: createLimitFixture({
    model: 'strict_two_level',
    registered: REGISTERED,
    projects: PROJECT_LIMITS,
    parents: PARENTS,
  }),
  usage: (projectId) => countsOf(projectId ?? ''),
  claims: pool === undefined ? redisClaims(things, { prefix: task.prefix }) : postgresqlClaims(pool),
  claim: { ttl: `${task.ttl}ms`, wait: 0 },
});

const change = (
  projectId: string,
  deltas: Readonly<Record<string, number>>,
  sign: 1 | -1,
): Promise<unknown> =>
  things.eval(
    CREATE,
    2,
    `${task.prefix}:things`,
    `${task.prefix}:peaks`,
    projectId,
    ...RESOURCES.flatMap((name) => [name, sign * (deltas[name] ?? 0)]),
  );

const own: { readonly projectId: string; readonly deltas: Record<string, number> }[] = [];
for (let attempt = 0; attempt < task.tries; attempt += 1) {
  const projectId = NODES[randomInt(NODES.length)] ?? 'A';
  const deltas = Object.fromEntries(RESOURCES.map((name) => [name, 1 + randomInt(3)]));
  const create = async (): Promise<void> => {
    await sleep(randomInt(3));
    await change(projectId, deltas, 1);
    own.push({ projectId, deltas });
  };
  try {
    if (task.isNaive) await enforcer.enforce(projectId, deltas).then(create);
    else await enforcer.claim(projectId, deltas, create);
  } catch (error) {
    if (!(error instanceof ProjectOverLimitError || error instanceof ClaimLostError)) throw error;
  }
  const oldest = own.length > 0 && randomInt(2) === 0 ? own.shift() : undefined;
  if (oldest !== undefined) await change(oldest.projectId, oldest.deltas, -1);
  process.send?.('tried');
}
things.disconnect();
await pool?.end();
process.disconnect();
