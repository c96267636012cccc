type Request = Readonly<Record<string, unknown>>;

/** A generator of numbers from 0 to 1 with a seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const KEYS = ['k', 'k2', 'a b', 'é', 'x'.repeat(40), ''];
const VALUES: readonly unknown[] = [0, 1, true, null, '', [1, 2], { a: 1 }, 'v', { $: 1 }];
const TIMES = [-1, 0, 1, 5, 100, 2.5, null];
const WEIGHTS: Readonly<Record<string, number>> = {
  ...{ set: 11, get: 12, get_multi: 7, set_multi: 5, delete: 5, delete_multi: 3 },
  ...{ invalidate: 4, raw_set: 4, get_or_create: 17, get_or_create_multi: 8, advance: 10 },
};
const OPERATIONS = Object.entries(WEIGHTS).flatMap(([op, weight]) => Array<string>(weight).fill(op));
const BACKENDS = ['dogpile.cache.memory', 'dogpile.cache.memory_pickle', 'dogpile.cache.null'];

/** A trace of operations on one region, the first making it. What Debian's release does not have is left out. */
export const makeTrace = (random: () => number, id: string, length: number): readonly Request[] => {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const some = <T>(from: readonly T[]): readonly T[] =>
    Array.from({ length: Math.floor(random() * 4) }, () => pick(from));
  const perhaps = (share: number, given: Request): Request => (random() < share ? given : {});
  const backend = pick(BACKENDS);
  const operation = (): Request => {
    const op = pick(OPERATIONS);
    const base = { op, id };
    const key = pick(KEYS);
    const reading = {
      ...perhaps(0.4, { expiration_time: pick(TIMES) }),
      ...perhaps(0.15, { ignore_expiration: true }),
    };
    switch (op) {
      case 'set':
        return { ...base, key, value: pick(VALUES) };
      case 'get':
        return { ...base, key, ...reading };
      case 'delete':
        return { ...base, key };
      case 'get_multi':
        return { ...base, keys: some(KEYS), ...reading };
      case 'delete_multi':
        return { ...base, keys: some(KEYS) };
      case 'set_multi':
        return { ...base, mapping: Object.fromEntries(some(KEYS).map((each) => [each, pick(VALUES)])) };
      case 'invalidate':
        return { ...base, hard: random() < 0.6 };
      case 'raw_set': {
        const ct = pick([1_700_000_000, 1_699_999_990, 1_700_000_100, 0, -5, 1_700_000_003.5]);
        return { ...base, key, payload: pick(VALUES), ct, v: pick([1, 2, 2, 2, 3]) };
      }
      case 'get_or_create': {
        const creator = random() < 0.2 ? { raise: 'boom' } : { return: pick(VALUES) };
        const time = perhaps(0.5, { expiration_time: pick(TIMES) });
        return { ...base, key, creator, ...time, ...perhaps(0.3, { should_cache: random() < 0.5 }) };
      }
      case 'get_or_create_multi': {
        const values = Object.fromEntries(KEYS.map((each) => [each, pick(VALUES)]));
        return { ...base, keys: some(KEYS), values, ...perhaps(0.3, { expiration_time: pick(TIMES) }) };
      }
      default:
        return { ...base, by: pick([0.5, 1, 5, 10, 50, 0.0001]) };
    }
  };
  const oslo = { enabled: random() < 0.95, backend, expiration_time: pick([1, 10, 600]) };
  const region =
    random() < 0.5
      ? { op: 'region', id, oslo: true, conf: oslo }
      : { op: 'region', id, backend, expiration_time: pick([null, 1, 10, 100, 0, 2.5]) };
  return [region, { op: 'clock', now: 1_700_000_000 }, ...Array.from({ length }, operation)];
};
