import { afterAll, beforeAll, describe, it } from 'vitest';
import { certificates, clientTls, describeWithServer, serverOrSkip } from '@oslofjord/services';
import { redis, redisCluster, redisSentinel } from '../../src/drivers/redis.ts';
import { driverSuite } from '../../src/testing/driver-suite.ts';

const runner = { describe, beforeAll, afterAll };
const suite = { describe, it };
const files = await certificates();
afterAll(async () => {
  await files[Symbol.asyncDispose]();
});

await describeWithServer(runner, 'redis', { own: true }, (server) => {
  driverSuite(suite, 'redis', {
    create: () => redis({ server: `127.0.0.1:${String(server().port)}` }),
    ttlMilliseconds: 1050,
  });
  driverSuite(suite, 'redis with a prefix and a database', {
    isQuick: true,
    create: () => redis({ server: server().url, db: 3, prefix: 'app {1}:' }),
  });
});

await describeWithServer(runner, 'redis', { tls: { certificates: files } }, (server) => {
  driverSuite(suite, 'redis over TLS', {
    isQuick: true,
    create: () => redis({ server: `localhost:${String(server().port)}`, tls: { ca: clientTls(files).ca } }),
  });
});

const credentials = { username: 'cache', password: 'a secret' };
await describeWithServer(runner, 'redis', credentials, (server) => {
  driverSuite(suite, 'redis with a user', {
    isQuick: true,
    create: () => redis({ server: `127.0.0.1:${String(server().port)}`, ...credentials }),
  });
});

await describeWithServer(runner, 'redis', { unixSocket: true }, (server) => {
  driverSuite(suite, 'redis on a socket file', {
    isQuick: true,
    create: () => redis({ server: `unix:${server().socket ?? ''}` }),
  });
});

await describeWithServer(runner, 'redis-cluster', { own: true }, (server) => {
  driverSuite(suite, 'a redis cluster', {
    isQuick: true,
    create: () => redisCluster({ nodes: [`127.0.0.1:${String(server().port)}`] }),
  });
});

const primary = await serverOrSkip('redis', { own: true });
const { server } = primary;
if (server !== undefined) {
  afterAll(async () => {
    await server.stop();
  });
  const primaries = [{ host: '127.0.0.1', port: server.port }];
  await describeWithServer(runner, 'redis-sentinel', { primaries }, (sentinel) => {
    driverSuite(suite, 'redis behind a sentinel', {
      isQuick: true,
      create: () => redisSentinel({ sentinels: [`127.0.0.1:${String(sentinel().port)}`] }),
    });
  });
}
