// The same by rate-limiter-flexible: three limiters, each consumed and rewarded, which is not atomic among the three.
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { contend } from '../../harness/contend-async.js';

const redis = process.argv[2];
const client = redis === undefined ? undefined : new (await import('ioredis')).Redis(redis);
const limiterOf = (keyPrefix, points) => {
  const options = { keyPrefix: `bench-peer-${keyPrefix}`, points, duration: 30 };
  return client === undefined
    ? new RateLimiterMemory(options)
    : new RateLimiterRedis({ ...options, storeClient: client });
};
const names = ['cores', 'ram', 'disk'];

const few = names.map((name) => limiterOf(`${name}-few-${process.pid}`, 10));
let granted = 0;
for (let attempt = 0; attempt < 12; attempt += 1) {
  const outcomes = await Promise.allSettled(few.map((limiter) => limiter.consume('project')));
  if (outcomes.every(({ status }) => status === 'fulfilled')) granted += 1;
}

const many = names.map((name) => limiterOf(name, 1e9));
const work = async () => {
  await Promise.all(many.map((limiter) => limiter.consume('project')));
  await Promise.all(many.map((limiter) => limiter.reward('project')));
};
await contend({ answers: String(granted), work, size: 1, isElapsed: client !== undefined, inFlight: 16, batch: 8 });
