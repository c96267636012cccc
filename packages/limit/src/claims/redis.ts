import { createHash } from 'node:crypto';
import { ClaimStoreError } from '../errors.ts';
import type { ClaimLine, ClaimRecord, ClaimStore } from './store.ts';

/** What is used of a client; ioredis has it, also as a Cluster or with Sentinel. */
export interface RedisClient {
  evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
}

/** How claims are kept in Redis. */
export interface RedisClaimOptions {
  /** What keys start with. @default 'oslofjord:limit' */
  readonly prefix?: string;
}

/** How much longer than its claims a key lives at least, in milliseconds; only tidiness depends on it. */
const SPARE = 60_000;

/**
 * Three keys of one root, in one slot of a cluster: the sums (hash, `node\0resource` → amount), the expiry of each claim
 * (sorted set, by Redis' clock in milliseconds) and what each claim holds (hash, amount and field in turn, as JSON texts, which keep all digits). What has
 * expired is taken out of the sums first, so a step costs its own lines and what expired since.
 */
const COMMON = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function drop(id)
  local held = redis.call('HGET', KEYS[3], id)
  if not held then return 0 end
  local lines = cjson.decode(held)
  for i = 1, #lines, 2 do
    if redis.call('HINCRBY', KEYS[1], lines[i + 1], '-' .. lines[i]) <= 0 then redis.call('HDEL', KEYS[1], lines[i + 1]) end
  end
  redis.call('HDEL', KEYS[3], id)
  return redis.call('ZREM', KEYS[2], id)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do drop(id) end
-- The three keys come and go together, so one tells for all.
local function keep(ttl)
  if redis.call('PTTL', KEYS[2]) >= ttl + ${String(SPARE)} then return end
  for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ttl + ${String(2 * SPARE)}) end
end
`;

/** ARGV: claim, ttl, what it holds as it is kept, then field and amount of each line. Answers what others hold of each. */
const RESERVE = `${COMMON}
local ttl = tonumber(ARGV[2])
if redis.call('ZADD', KEYS[2], now + ttl, ARGV[1]) == 0 then
  drop(ARGV[1])
  redis.call('ZADD', KEYS[2], now + ttl, ARGV[1])
end
local others = {}
for i = 4, #ARGV, 2 do
  others[#others + 1] = redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) - ARGV[i + 1]
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
keep(ttl)
return others
`;

/** ARGV: claim, ttl. */
const RENEW = `${COMMON}
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
keep(tonumber(ARGV[2]))
return 1
`;

/** ARGV: claim. */
const RELEASE = `${COMMON}
return drop(ARGV[1])
`;

/** ARGV: fields. */
const HELD = `${COMMON}
local sums = {}
for i = 1, #ARGV do sums[i] = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0) end
return sums
`;

/** A script and the SHA-1 by which Redis knows it once it is loaded. */
interface Script {
  readonly text: string;
  readonly sha: string;
}

const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') });

const fieldOf = ({ nodeId, resourceName }: Omit<ClaimLine, 'amount'>): string =>
  `${nodeId}\u0000${resourceName}`;

const isNotLoaded = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

class RedisClaims implements ClaimStore {
  readonly name = 'redis';
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #scripts = {
    reserve: script(RESERVE),
    renew: script(RENEW),
    release: script(RELEASE),
    held: script(HELD),
  };

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async reserve({ claimId, rootId, lines, ttl }: ClaimRecord): Promise<readonly number[]> {
    const held = lines.flatMap((line) => [String(line.amount), fieldOf(line)]);
    const args: (string | number)[] = [claimId, Math.ceil(ttl), JSON.stringify(held)];
    for (const line of lines) args.push(fieldOf(line), line.amount);
    return (await this.#run(this.#scripts.reserve, rootId, args)) as readonly number[];
  }

  async renew({ claimId, rootId, ttl }: ClaimRecord): Promise<boolean> {
    return (await this.#run(this.#scripts.renew, rootId, [claimId, Math.ceil(ttl)])) === 1;
  }

  async release({ claimId, rootId }: ClaimRecord): Promise<boolean> {
    return (await this.#run(this.#scripts.release, rootId, [claimId])) === 1;
  }

  async held(rootId: string, lines: readonly Omit<ClaimLine, 'amount'>[]): Promise<readonly number[]> {
    return (await this.#run(this.#scripts.held, rootId, lines.map(fieldOf))) as readonly number[];
  }

  async #run(of: Script, rootId: string, args: readonly (string | number)[]): Promise<unknown> {
    // Braces make all keys of a root hash to the same slot.
    const root = `${this.#prefix}:{${rootId}}`;
    const keys = [`${root}:sums`, `${root}:expiry`, `${root}:claims`];
    try {
      return await this.#client.evalsha(of.sha, 3, ...keys, ...args);
    } catch (error) {
      if (!isNotLoaded(error))
        throw new ClaimStoreError(`Redis refused a claim: ${(error as Error).message}`, { cause: error });
      return this.#client.eval(of.text, 3, ...keys, ...args);
    }
  }
}

/**
 * Claims in Redis 5 or later: every step is one script. They hold as long as Redis keeps its data; a failover that loses
 * writes can lose claims of the last moments.
 * @example
 * const enforcer = await createEnforcer({ limits, usage, claims: redisClaims(new Redis(url)) });
 */
export const redisClaims = (client: RedisClient, options: RedisClaimOptions = {}): ClaimStore =>
  new RedisClaims(client, options.prefix ?? 'oslofjord:limit');
