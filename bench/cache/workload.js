// What every contender stores: a hundred small records, the size of what services keep of a person.
export const KEYS = Array.from({ length: 100 }, (_, index) => `user ${String(index)}`);

/** @param {string} key */
export const valueOf = (key) => ({
  id: key,
  name: `name of ${key}`,
  roles: ['reader', 'member'],
  enabled: true,
});

/** A key that every memcached client takes. @param {string} key */
export const wireKey = (key) => `bench:${key.replace(' ', ':')}`;
