import { skipReason, withServer, type Server } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import { InvalidArgumentError, ProjectOverLimitError } from '../../src/errors.ts';
import { KeystoneSession } from '../../src/keystone/session.ts';
import { placementUsage } from '../../src/placement.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';
import { administratorOf } from './administrator.ts';

const skipped = (await skipReason('keystone')) ?? (await skipReason('placement'));

describe.skipIf(skipped !== undefined)(
  `with placement${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  () => {
    const running: Server[] = [];
    let session: KeystoneSession;
    const project = 'e2477495-11db-4638-8824-fcbb1652a90e';
    const user = '5c5c1d11-920f-45ec-9dac-2aacc030e1ff';

    beforeAll(async () => {
      const keystone = await withServer('keystone', { own: true });
      running.push(keystone);
      const { url, address } = keystone;
      running.push(await withServer('placement', { keystone: { url, address } }));
      session = new KeystoneSession({
        auth: administratorOf(keystone, { projectName: 'admin', projectDomainId: 'default' }),
      });
      const base = await session.endpoint('placement', {});
      const send = (method: 'POST' | 'PUT', path: string, body: object): Promise<unknown> =>
        session.requestTo(base, {
          method,
          path,
          body,
          headers: { 'openstack-api-version': 'placement 1.28' },
        });
      const uuid = 'f4c908a3-b143-4fbf-b438-2b377fd485d1';
      await send('POST', '/resource_providers', { name: 'rp', uuid });
      await send('PUT', `/resource_providers/${uuid}/inventories`, {
        resource_provider_generation: 0,
        inventories: { VCPU: { total: 16 }, MEMORY_MB: { total: 32_768 } },
      });
      await send('PUT', '/allocations/0696e15b-76f2-47db-bd65-7f1b513ab965', {
        allocations: { [uuid]: { resources: { VCPU: 4, MEMORY_MB: 2048 } } },
        project_id: project,
        user_id: user,
        consumer_generation: null,
      });
    }, 120_000);

    afterAll(async () => {
      for (const server of running.reverse()) await server.stop();
    });

    test('usage is what Placement has allocated, and 0 of what it has not', async () => {
      const limits = createLimitFixture({
        registered: { 'class:VCPU': 8, 'class:MEMORY_MB': 4096, 'class:DISK_GB': 10 },
      });
      const enforcer = await createEnforcer({ limits, usage: placementUsage({ session }) });
      await enforcer.enforce(project, { 'class:VCPU': 4, 'class:MEMORY_MB': 2048, 'class:DISK_GB': 10 });
      await expect(enforcer.enforce(project, { 'class:VCPU': 5 })).rejects.toThrow(ProjectOverLimitError);
      expect(await enforcer.calculateUsage(project, ['class:VCPU', 'class:DISK_GB'])).toEqual({
        'class:VCPU': { limit: 8, usage: 4 },
        'class:DISK_GB': { limit: 10, usage: 0 },
      });
      expect((await enforcer.check('another', { 'class:VCPU': 8 })).isGranted).toBe(true);
    });

    test('a resource that is no class is refused by name', async () => {
      const limits = createLimitFixture({ registered: { servers: 8 } });
      const enforcer = await createEnforcer({ limits, usage: placementUsage({ session }) });
      await expect(enforcer.enforce(project, { servers: 1 })).rejects.toThrow(InvalidArgumentError);
    });
  },
);
