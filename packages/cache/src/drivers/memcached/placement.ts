/** How a key chooses among hosts. Each is that of a Python client, so that both find each other's values. */
export type PlacementName = 'rendezvous' | 'crc32' | 'jenkins' | 'replicated';

/**
 * Orders hosts for a key.
 * @param isAlive of a host by its index
 * @returns the index of the host that holds the key; undefined when none is alive
 */
export type Placement = (
  key: string,
  names: readonly string[],
  isAlive: (index: number) => boolean,
) => number | undefined;

/**
 * MurmurHash3, 32 bits, of a text's bytes in latin1, as pymemcache has it.
 * @see Austin Appleby, MurmurHash3_x86_32
 */
export const murmur3 = (text: string, seed = 0): number => {
  let hash = seed | 0;
  const { length } = text;
  const end = length & ~3;
  let index = 0;
  for (; index < end; index += 4) {
    let block =
      (text.charCodeAt(index) & 255) |
      ((text.charCodeAt(index + 1) & 255) << 8) |
      ((text.charCodeAt(index + 2) & 255) << 16) |
      ((text.charCodeAt(index + 3) & 255) << 24);
    block = Math.imul(block, 0xcc9e2d51);
    block = (block << 15) | (block >>> 17);
    hash ^= Math.imul(block, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let rest = length - 1; rest >= end; rest -= 1) tail = (tail << 8) | (text.charCodeAt(rest) & 255);
  if (length > end) {
    tail = Math.imul(tail, 0xcc9e2d51);
    tail = (tail << 15) | (tail >>> 17);
    hash ^= Math.imul(tail, 0x1b873593);
  }
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const CRC_TABLE: Uint32Array = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (IEEE 802.3) of a text's UTF-8 bytes. */
export const crc32 = (text: string): number => {
  let value = ~0;
  for (const byte of Buffer.from(text)) value = (CRC_TABLE[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
};

/** Bob Jenkins' one-at-a-time hash of a text's UTF-8 bytes. */
export const oneAtATime = (text: string): number => {
  let hash = 0;
  for (const byte of Buffer.from(text)) {
    hash = (hash + byte) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return (hash + (hash << 15)) >>> 0;
};

/**
 * The highest of the murmur3 hashes of `host-key` wins; a dead host's keys spread over the others.
 * @parity pymemcache 3.5.2 client/rendezvous.py RendezvousHash.get_node — same
 */
const rendezvous: Placement = (key, names, isAlive) => {
  let best: number | undefined;
  let highest = -1;
  for (const [index, name] of names.entries()) {
    if (!isAlive(index)) continue;
    const score = murmur3(`${name}-${key}`);
    const isHigher = score > highest || (score === highest && name > (names[best ?? index] ?? ''));
    if (!isHigher) continue;
    highest = score;
    best = index;
  }
  return best;
};

const SERVER_RETRIES = 10;

const memcacheHash = (text: string): number => (crc32(text) >>> 16) & 0x7fff || 1;

/**
 * The CRC modulo the number of hosts; when that host is dead, up to ten further hashes.
 * @parity python-memcached 1.59 memcache.py Client._get_server, cmemcache_hash — same
 */
const crc32Modulo: Placement = (key, names, isAlive) => {
  let hash = memcacheHash(key);
  for (let tries = 0; tries < SERVER_RETRIES; tries += 1) {
    const index = hash % names.length;
    if (isAlive(index)) return index;
    hash = memcacheHash(`${String(hash)}${String(tries)}`);
  }
  return undefined;
};

/** libmemcached's default, which pylibmc keeps: the hash modulo the number of hosts; here the next one while it is dead. */
const jenkinsModulo: Placement = (key, names, isAlive) => {
  const first = oneAtATime(key) % names.length;
  for (let step = 0; step < names.length; step += 1) {
    const index = (first + step) % names.length;
    if (isAlive(index)) return index;
  }
  return undefined;
};

/** Every host holds every key; reads ask the first that is alive, as python-binary-memcached does. */
const firstAlive: Placement = (_key, names, isAlive) => {
  const index = names.findIndex((_, at) => isAlive(at));
  return index < 0 ? undefined : index;
};

/** The placements by name. */
export const PLACEMENTS: Readonly<Record<PlacementName, Placement>> = {
  rendezvous,
  crc32: crc32Modulo,
  jenkins: jenkinsModulo,
  replicated: firstAlive,
};
