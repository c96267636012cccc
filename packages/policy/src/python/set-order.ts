import { identityOf } from './identity.ts';
import { typeName } from './values.ts';

const HASH_MODULUS = (1n << 61n) - 1n;
const WORD = (1n << 64n) - 1n;
const LINEAR_PROBES = 9n;

/** Python's hash of an int or bool; undefined for other values. */
const hashOf = (value: unknown): bigint | undefined => {
  if (typeName(value) !== 'int' && typeof value !== 'boolean') return undefined;
  const integer = BigInt(value as number | bigint | boolean);
  const size = (integer < 0n ? -integer : integer) % HASH_MODULUS;
  const hash = integer < 0n ? -size : size;
  return hash === -1n ? -2n : hash;
};

/** The slot a hash takes in a table, by CPython's probing. */
const findSlot = (table: ReadonlyMap<bigint, unknown>, mask: bigint, hash: bigint): bigint => {
  let perturb = hash & WORD;
  let start = perturb & mask;
  for (;;) {
    const probes = start + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0n;
    for (let slot = start; slot <= start + probes; slot++) if (!table.has(slot)) return slot;
    perturb >>= 5n;
    start = (start * 5n + 1n + perturb) & mask;
  }
};

/**
 * The members of a set display in the order Python's set shows them: by hash for integers. Where hashes are
 * random in Python (texts) or costly to know, the order of the source stays.
 * @parity CPython 3.11 setobject.c set_add_entry — same for int and bool
 */
export const orderedSet = (values: readonly unknown[]): Set<unknown> => {
  const members = new Map<string, unknown>();
  for (const value of values) {
    const identity = identityOf(value);
    if (!members.has(identity)) members.set(identity, value);
  }
  const unique = [...members.values()];
  const hashes = unique.map(hashOf);
  if (hashes.some((hash) => hash === undefined)) return new Set(unique);
  let mask = 7n;
  let table = new Map<bigint, number>();
  const insert = (index: number): void => {
    table.set(findSlot(table, mask, hashes[index] ?? 0n), index);
  };
  const inOrder = (): number[] => [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, index]) => index);
  for (let index = 0; index < unique.length; index++) {
    insert(index);
    if (BigInt(table.size) * 5n < mask * 3n) continue;
    const kept = inOrder();
    const wanted = BigInt(table.size) * (table.size > 50_000 ? 2n : 4n);
    let size = 8n;
    while (size <= wanted) size *= 2n;
    mask = size - 1n;
    table = new Map();
    kept.forEach(insert);
  }
  return new Set(inOrder().map((index) => unique[index]));
};
