import { afterAll, beforeAll, describe, it } from 'vitest';
import { certificates, clientTls, describeWithServer } from '@oslofjord/services';
import { etcd } from '../../src/drivers/etcd.ts';
import { driverSuite } from '../../src/testing/driver-suite.ts';

const runner = { describe, beforeAll, afterAll };
const suite = { describe, it };
const files = await certificates();
afterAll(async () => {
  await files[Symbol.asyncDispose]();
});

await describeWithServer(runner, 'etcd', { own: true }, (server) => {
  driverSuite(suite, 'etcd', {
    create: () => etcd({ server: `127.0.0.1:${String(server().port)}` }),
    // etcd looks for expired leases twice a second.
    ttlMilliseconds: 3200,
  });
  driverSuite(suite, 'etcd with a prefix', {
    isQuick: true,
    create: () => etcd({ server: `127.0.0.1:${String(server().port)}`, prefix: 'app/' }),
  });
});

await describeWithServer(runner, 'etcd', { tls: { certificates: files } }, (server) => {
  driverSuite(suite, 'etcd over TLS', {
    isQuick: true,
    create: () => etcd({ server: `https://127.0.0.1:${String(server().port)}`, tls: clientTls(files) }),
  });
});
