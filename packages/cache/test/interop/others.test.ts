import { expect, it } from 'vitest';
import { withServer, originalsMissing } from '@oslofjord/services';
import { jsonListCodec, pickledPayloadCodec } from '../../src/codecs/pickle.ts';
import { etcd } from '../../src/drivers/etcd.ts';
import { redis } from '../../src/drivers/redis.ts';
import { tiered } from '../../src/drivers/tiered.ts';
import { sha1Mangler } from '../../src/keys/mangle.ts';
import { createRegion } from '../../src/region.ts';
import { pythonRegion } from './python-region.ts';

const reason = await originalsMissing({ 'oslo.cache': '', redis: '', etcd3gw: '' }, [
  'python3-oslo.cache',
  'python3-redis',
  'python3-etcd3gw',
]);
const title = reason === undefined ? '' : ` (skipped: ${reason})`;
const values = { text: 'ż', list: [1, null, { a: true }], number: 1.5 };
const shared = { compat: 'oslo', keyMangler: sha1Mangler, expirationTime: 600 } as const;

it.skipIf(reason !== undefined)(
  `a redis server is shared with Python in both directions${title}`,
  async () => {
    await using server = await withServer('redis', { own: true });
    const url = `redis://127.0.0.1:${String(server.port)}/0`;
    await using theirs = pythonRegion({
      enabled: true,
      backend: 'dogpile.cache.redis',
      backend_argument: [`url:${url}`],
    });
    await using ours = createRegion({
      ...shared,
      driver: redis({ server: url, codec: pickledPayloadCodec }),
    });
    await ours.setMulti(values);
    expect(await theirs.ask({ get: Object.keys(values) })).toEqual(Object.values(values));
    await theirs.ask({ set: { 'from python': values } });
    expect(await ours.get('from python')).toEqual(values);
  },
);

it.skipIf(reason !== undefined)(`the memory before redis follows what Python writes${title}`, async () => {
  await using server = await withServer('redis', { own: true });
  const url = `redis://127.0.0.1:${String(server.port)}/0`;
  await using theirs = pythonRegion({
    enabled: true,
    backend: 'dogpile.cache.redis',
    backend_argument: [`url:${url}`],
  });
  const driver = tiered({ far: redis({ server: url, codec: pickledPayloadCodec }) });
  await using ours = createRegion({ ...shared, driver });
  await theirs.ask({ set: { key: 0 } });
  await expect.poll(async () => ours.get('key').then(() => ours.peek('key'))).toBe(0);
  for (let round = 1; round <= 20; round += 1) {
    await theirs.ask({ set: { key: round } });
    await expect.poll(async () => ours.get('key'), { timeout: 500, interval: 2 }).toBe(round);
  }
});

it.skipIf(reason !== undefined)(
  `an etcd server is shared with Python in both directions${title}`,
  async () => {
    await using server = await withServer('etcd', { own: true });
    const { port } = server;
    await using theirs = pythonRegion({
      enabled: true,
      backend: 'oslo_cache.etcd3gw',
      backend_argument: ['host:127.0.0.1', `port:${String(port)}`],
    });
    await using ours = createRegion({
      ...shared,
      driver: etcd({ server: `127.0.0.1:${String(port)}`, codec: jsonListCodec }),
    });
    await ours.setMulti(values);
    expect(await theirs.ask({ get: Object.keys(values) })).toEqual(Object.values(values));
    await theirs.ask({ set: { 'from python': values } });
    expect(await ours.get('from python')).toEqual(values);
  },
);
