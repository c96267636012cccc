// Claims of three resources by @oslofjord/limit: one atomic step for all three.
import { randomUUID } from 'node:crypto';
import { memoryClaims } from '@oslofjord/limit';
import { contend } from '../../harness/contend-async.js';

const redis = process.argv[2];
const connect = async () => {
  const [{ Redis }, { redisClaims }] = await Promise.all([
    import('ioredis'),
    import('@oslofjord/limit/claims/redis'),
  ]);
  return redisClaims(new Redis(redis), { prefix: 'bench-ours' });
};
const store = redis === undefined ? memoryClaims() : await connect();
const lines = ['cores', 'ram', 'disk'].map((resourceName) => ({
  nodeId: 'project',
  resourceName,
  amount: 1,
}));
const claimOf = () => ({ claimId: randomUUID(), rootId: 'project', lines, ttl: 30_000 });

// Twelve claims where ten fit: who comes eleventh sees ten others.
const held = [];
let granted = 0;
for (let attempt = 0; attempt < 12; attempt += 1) {
  const claim = claimOf();
  held.push(claim);
  if ((await store.reserve(claim)).every((others) => others + 1 <= 10)) granted += 1;
}
for (const claim of held) await store.release(claim);

const work = async () => {
  const claim = claimOf();
  await store.reserve(claim);
  await store.release(claim);
};
await contend({ answers: String(granted), work, size: 1, isElapsed: redis !== undefined, inFlight: 16, batch: 8 });
