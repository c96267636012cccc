import { expect, expectTypeOf, test } from 'vitest';
import { createEnforcer } from './enforcer.ts';
import { InvalidArgumentError, ProjectOverLimitError } from './errors.ts';
import { KeystoneSession } from './keystone/session.ts';
import { defineResources } from './resources.ts';
import { FakeKeystone } from './testing/fake-keystone.ts';
import { createLimitFixture, usageFrom } from './testing/fixture.ts';

const resources = defineResources({
  volumes: { default: 10 },
  gigabytes: { default: 1000, unit: 'GiB', description: 'of all volumes' },
});

test('names are known to the compiler', async () => {
  expectTypeOf(resources.names).toEqualTypeOf<readonly ('volumes' | 'gigabytes')[]>();
  const limits = createLimitFixture({ registered: { volumes: 1, gigabytes: 2 } });
  const typed = resources.typed(await createEnforcer({ limits, usage: usageFrom({}) }));
  await typed.enforce('p', { volumes: 1, gigabytes: resources.amount('gigabytes', 1.5 * 1024 ** 3) });
  await expect(typed.enforce('p', { gigabytes: 3 })).rejects.toThrow(ProjectOverLimitError);
  // @ts-expect-error no such resource
  expect((await typed.check('p', { snapshots: 1 })).isGranted).toBe(false);
});

test('amounts are in the unit of the resource, rounded up', () => {
  expect(resources.amount('gigabytes', 1024 ** 3 + 1)).toBe(2);
  expect(() => resources.amount('volumes', 1)).toThrow(InvalidArgumentError);
  expect(() => defineResources({ wrong: { default: 0.5 } })).toThrow(/default of wrong/u);
});

test('what is not registered is registered once, and what is stays as it is', async () => {
  await using fake = await FakeKeystone.start();
  const session = new KeystoneSession({
    auth: {
      type: 'password',
      authUrl: fake.url,
      username: 'admin',
      password: 's3cr3t',
      userDomainId: 'default',
      systemScope: 'all',
    },
  });
  const made = await session.request({
    method: 'POST',
    path: '/services',
    body: { service: { type: 'volume', name: 'v' } },
  });
  const target = { serviceId: (made as { service: { id: string } }).service.id, regionId: 'RegionOne' };
  const stored = {
    service_id: target.serviceId,
    region_id: 'RegionOne',
    resource_name: 'volumes',
    default_limit: 3,
  };
  await session.request({
    method: 'POST',
    path: '/registered_limits',
    body: { registered_limits: [stored] },
  });
  expect(await resources.ensureRegistered(session, target)).toEqual(['gigabytes']);
  expect(await resources.ensureRegistered(session, target)).toEqual([]);
  session.close();
});
