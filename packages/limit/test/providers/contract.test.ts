import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createLimitFixture } from '../../src/testing/fixture.ts';
import { FakeKeystone } from '../../src/testing/fake-keystone.ts';
import { limitProviderSuite } from '../../src/testing/limit-provider-suite.ts';
import { environmentLimits } from '../../src/yaml/environment.ts';
import { yamlLimits } from '../../src/yaml/file.ts';
import { Administrator } from '../keystone/administrator.ts';
import { enterLimits } from '../keystone/enter-limits.ts';

const same = (project: string): string => project;

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
  limitProviderSuite({ describe, it }, { create: (limits) => enterLimits(admin, limits, (run += 1)) });
});
