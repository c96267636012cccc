import { afterAll, beforeAll, describe, it } from 'vitest';
import { certificates, clientTls, describeWithServer } from '@oslofjord/services';
import { memcached } from '../../src/drivers/memcached.ts';
import { driverSuite } from '../../src/testing/driver-suite.ts';

const runner = { describe, beforeAll, afterAll };
const suite = { describe, it };
const files = await certificates();
afterAll(async () => {
  await files[Symbol.asyncDispose]();
});

await describeWithServer(runner, 'memcached', { own: true }, (server) => {
  const servers = (): readonly string[] => [`127.0.0.1:${String(server().port)}`];
  driverSuite(suite, 'memcached', { create: () => memcached({ servers: servers() }) });
  driverSuite(suite, 'memcached with four connections', {
    isQuick: true,
    create: () => memcached({ servers: servers(), connections: 4 }),
  });
});

await describeWithServer(runner, 'memcached', { tls: { certificates: files } }, (server) => {
  driverSuite(suite, 'memcached over TLS', {
    isQuick: true,
    create: () =>
      memcached({ servers: [`localhost:${String(server().port)}`], tls: { ca: clientTls(files).ca } }),
  });
});

await describeWithServer(
  runner,
  'memcached',
  { tls: { certificates: files, requireClientCertificate: true } },
  (server) => {
    driverSuite(suite, 'memcached over mutual TLS', {
      isQuick: true,
      create: () => memcached({ servers: [`127.0.0.1:${String(server().port)}`], tls: clientTls(files) }),
    });
  },
);

const credentials = { username: 'user', password: 'a-secret' };
await describeWithServer(runner, 'memcached', { textAuthentication: credentials }, (server) => {
  driverSuite(suite, 'memcached with text authentication', {
    isQuick: true,
    create: () => memcached({ servers: [`127.0.0.1:${String(server().port)}`], credentials }),
  });
});

await describeWithServer(runner, 'memcached', { unixSocket: true }, (server) => {
  driverSuite(suite, 'memcached on a socket file', {
    isQuick: true,
    create: () => memcached({ servers: [`unix:${server().socket ?? ''}`] }),
  });
});

await describeWithServer(runner, 'memcached', { args: ['-l', '::1'] }, (server) => {
  driverSuite(suite, 'memcached over IPv6', {
    isQuick: true,
    create: () => memcached({ servers: [`inet6:[::1]:${String(server().port)}`] }),
  });
});

await describeWithServer(runner, 'memcached', { own: true }, (first) => {
  describe('three servers', async () => {
    await describeWithServer(runner, 'memcached', { own: true }, (second) => {
      const servers = (): readonly string[] =>
        [first(), second()].map(({ port }) => `127.0.0.1:${String(port)}`);
      for (const placement of ['rendezvous', 'crc32', 'jenkins', 'replicated'] as const) {
        driverSuite(suite, `memcached on two servers, placed by ${placement}`, {
          isQuick: true,
          create: () => memcached({ servers: servers(), placement }),
        });
      }
    });
  });
});
