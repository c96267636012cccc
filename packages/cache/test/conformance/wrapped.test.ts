/* eslint-disable @typescript-eslint/no-deprecated -- the driver is deprecated for new uses, and tested for old ones */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { describeWithServer } from '@oslofjord/services';
import { compressed } from '../../src/codecs/compressed.ts';
import { encrypted } from '../../src/codecs/encrypted.ts';
import { jsonCodec } from '../../src/codecs/json.ts';
import { signed } from '../../src/codecs/signed.ts';
import { file } from '../../src/drivers/file.ts';
import { GuardedDriver } from '../../src/drivers/guard.ts';
import { memcachedBinary } from '../../src/drivers/memcached-binary.ts';
import { memcached } from '../../src/drivers/memcached.ts';
import { memory } from '../../src/drivers/memory.ts';
import { migrating } from '../../src/drivers/migrating.ts';
import { redis } from '../../src/drivers/redis.ts';
import { tiered } from '../../src/drivers/tiered.ts';
import { driverSuite } from '../../src/testing/driver-suite.ts';

const runner = { describe, beforeAll, afterAll };
const suite = { describe, it };
const directory = await mkdtemp(join(tmpdir(), 'oslofjord-cache-'));
afterAll(async () => {
  await rm(directory, { recursive: true });
});
const keys = [{ id: 'k1', secret: 'a secret of sixteen bytes' }] as const;

driverSuite(suite, 'file', { create: () => file({ directory }), ttlMilliseconds: 1010 });
driverSuite(suite, 'a guarded driver', {
  isQuick: true,
  create: () => new GuardedDriver(memory(), { deadAfter: 2, probeInterval: 50 }),
});
driverSuite(suite, 'a file that is compressed, then signed', {
  isQuick: true,
  create: () => file({ directory: join(directory, 'signed'), codec: signed(compressed(jsonCodec), keys) }),
});

const sasl = { username: 'user', password: 'secret' };
await describeWithServer(runner, 'memcached', { sasl }, (server) => {
  driverSuite(suite, 'memcached-binary with SASL', {
    create: () => memcachedBinary({ servers: [`127.0.0.1:${String(server().port)}`], credentials: sasl }),
  });
});

await describeWithServer(runner, 'memcached', { own: true }, (server) => {
  const servers = (): readonly string[] => [`127.0.0.1:${String(server().port)}`];
  driverSuite(suite, 'encrypted memcached', {
    isQuick: true,
    create: () => memcached({ servers: servers(), codec: encrypted(compressed(jsonCodec), keys) }),
  });
  driverSuite(suite, 'memory before memcached', {
    isQuick: true,
    create: () =>
      tiered({ far: memcached({ servers: servers() }), near: { isolation: 'clone' }, nearTime: '50ms' }),
  });
  driverSuite(suite, 'a migration from a file to memcached', {
    isQuick: true,
    create: () => migrating(file({ directory: join(directory, 'old') }), memcached({ servers: servers() })),
  });
});

await describeWithServer(runner, 'redis', { own: true }, (server) => {
  driverSuite(suite, 'memory before redis', {
    isQuick: true,
    create: () => tiered({ far: redis({ server: server().url }), near: { isolation: 'clone' } }),
  });
});
