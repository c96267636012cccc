import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithServer } from '@oslofjord/services';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keystoneLimits } from '../../src/keystone/limits.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';
import { FakeKeystone } from '../../src/testing/fake-keystone.ts';
import {
  limitProviderSuite,
  type ProvidedLimits,
  type ProvidedSetting,
} from '../../src/testing/limit-provider-suite.ts';
import { environmentLimits } from '../../src/yaml/environment.ts';
import { yamlLimits } from '../../src/yaml/file.ts';
import { Administrator, administratorOf } from '../keystone/administrator.ts';

const same = (project: string): string => project;

/** Enters the limits into a Keystone, real or fake. */
const enter = async (
  admin: Administrator,
  { registered, projects }: ProvidedLimits,
  run: number,
): Promise<ProvidedSetting> => {
  const service = await admin.service(`service-${String(run)}`);
  await admin.register(service, 'RegionOne', registered);
  const ids = new Map<string, string>();
  for (const [name, limits] of Object.entries(projects)) {
    const id = await admin.project(`${name}-${String(run)}`, 'default');
    ids.set(name, id);
    if (Object.keys(limits).length > 0) await admin.limit(service, 'RegionOne', { project_id: id }, limits);
  }
  const provider = await keystoneLimits({
    session: admin.session,
    target: { serviceId: service, regionId: 'RegionOne' },
  });
  return { provider, idOf: (name) => ids.get(name) ?? '' };
};

describe('fixture', () => {
  limitProviderSuite(
    { describe, it },
    {
      create: ({ registered, projects }) => {
        const own = Object.fromEntries(Object.entries(projects).map(([id, limits]) => [id, { ...limits }]));
        return Promise.resolve({
          provider: createLimitFixture({ registered: { ...registered }, projects: own }),
          idOf: same,
        });
      },
    },
  );
});

describe('environment', () => {
  limitProviderSuite(
    { describe, it },
    {
      create: (limits) =>
        Promise.resolve({
          provider: environmentLimits({ environment: { OSLOFJORD_LIMITS: JSON.stringify(limits) } }),
          idOf: same,
        }),
    },
  );
});

describe('yaml', () => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-limit-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  limitProviderSuite(
    { describe, it },
    {
      create: (limits) => {
        const path = join(directory, 'limits.yaml');
        writeFileSync(path, JSON.stringify(limits));
        return Promise.resolve({ provider: yamlLimits(path), idOf: same });
      },
    },
  );
});

describe('keystone, faked', () => {
  let fake: FakeKeystone;
  let admin: Administrator;
  let run = 0;
  beforeAll(async () => {
    fake = await FakeKeystone.start();
    const auth = {
      type: 'password',
      authUrl: fake.url,
      username: 'admin',
      password: 's3cr3t',
      userDomainId: 'default',
      systemScope: 'all',
    } as const;
    admin = new Administrator(auth);
  });
  afterAll(async () => {
    await fake.close();
  });
  limitProviderSuite({ describe, it }, { create: (limits) => enter(admin, limits, (run += 1)) });
});

await describeWithServer({ describe, beforeAll, afterAll }, 'keystone', {}, (server) => {
  let run = 0;
  let admin: Administrator | undefined;
  limitProviderSuite(
    { describe, it },
    {
      create: (limits) => {
        admin ??= new Administrator(administratorOf(server()));
        return enter(admin, limits, (run += 1));
      },
    },
  );
});
