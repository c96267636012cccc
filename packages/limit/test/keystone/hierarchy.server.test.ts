import { describeWithServer } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import type { Enforcer } from '../../src/enforcer-interface.ts';
import { HierarchyError, KeystoneError, ProjectOverLimitError } from '../../src/errors.ts';
import { keystoneLimits } from '../../src/keystone/limits.ts';
import { applyLimits } from '../../src/manage/apply.ts';
import { readSnapshot, simulated } from '../../src/manage/keystone-state.ts';
import { planLimits } from '../../src/manage/plan.ts';
import { usageFrom } from '../../src/testing/fixture.ts';
import { parseLimits } from '../../src/yaml/document.ts';
import { Administrator, administratorOf } from './administrator.ts';
import { countingTransport } from './counting.ts';

await describeWithServer(
  { describe, beforeAll, afterAll },
  'keystone',
  { enforcementModel: 'strict_two_level' },
  (server) => {
    let admin: Administrator;
    const ids = { service: '', domain: '', b: '', c: '' };
    const usage: Record<string, Record<string, number>> = {};
    const enforcerOf = async (options: object = {}): Promise<Enforcer> =>
      createEnforcer({
        limits: await keystoneLimits({
          session: admin.session,
          target: { serviceId: ids.service, regionId: 'RegionOne' },
        }),
        usage: usageFrom(usage),
        ...options,
      });

    beforeAll(async () => {
      admin = new Administrator(administratorOf(server()));
      ids.service = await admin.service('widgets', 'widget');
      ids.domain = await admin.domain('A');
      ids.b = await admin.project('B', ids.domain);
      ids.c = await admin.project('C', ids.domain);
      await admin.register(ids.service, 'RegionOne', { r: 10, unlimited: 10, zero: 10, plain: 10 });
      await admin.limit(ids.service, 'RegionOne', { domain_id: ids.domain }, { r: 20, zero: 0 });
      await admin.limit(ids.service, 'RegionOne', { project_id: ids.c }, { zero: 7 });
    });

    test('the model of this Keystone works, from its name to the tree', async () => {
      const enforcer = await enforcerOf();
      expect(enforcer.model).toBe('strict_two_level');
    });

    test("the specification's diagrams pass end to end", async () => {
      const enforcer = await enforcerOf();
      usage[ids.domain] = { r: 4 };
      await enforcer.enforce(ids.b, { r: 8 });
      usage[ids.b] = { r: 8 };
      await enforcer.enforce(ids.c, { r: 8 });
      usage[ids.c] = { r: 8 };
      await expect(enforcer.enforce(ids.domain, { r: 2 })).rejects.toThrow(ProjectOverLimitError);
      const limitIds = await admin.limit(ids.service, 'RegionOne', { project_id: ids.b }, { r: 12 });
      enforcer.invalidate();
      const verdict = await enforcer.check(ids.b, { r: 1 });
      expect(verdict.over.map(({ scope, limit, currentUsage }) => [scope, limit, currentUsage])).toEqual([
        ['tree', 20, 20],
      ]);
      usage[ids.domain] = { r: 2 };
      usage[ids.c] = { r: 6 };
      await enforcer.enforce(ids.b, { r: 4 });
      usage[ids.b] = { r: 12 };
      await expect(enforcer.enforce(ids.c, { r: 2 })).rejects.toThrow(ProjectOverLimitError);
      for (const id of limitIds) await admin.session.request({ method: 'DELETE', path: `/limits/${id}` });
      for (const id of [ids.domain, ids.b, ids.c]) usage[id] = {};
    });

    test('a domain limit of 0 is enforced although Keystone lets a project have 7', async () => {
      const enforcer = await enforcerOf();
      const { over } = await enforcer.check(ids.c, { zero: 1 });
      expect(over.map(({ scope, limit }) => [scope, limit])).toEqual([
        ['project', 0],
        ['tree', 0],
      ]);
    });

    test('a domain without a limit is capped by the default, or not, as is asked for', async () => {
      usage[ids.b] = { plain: 10 };
      expect((await (await enforcerOf()).check(ids.c, { plain: 1 })).isGranted).toBe(false);
      expect(
        (await (await enforcerOf({ rootDefault: 'unlimited' })).check(ids.c, { plain: 1 })).isGranted,
      ).toBe(true);
      usage[ids.b] = {};
    });

    test('5 requests cold with the model, and none warm', async () => {
      const transport = countingTransport();
      const limits = await keystoneLimits({
        auth: administratorOf(server()),
        target: { serviceId: ids.service, regionId: 'RegionOne' },
        transport,
      });
      transport.sent.length = 0;
      const enforcer = await createEnforcer({ limits, usage: usageFrom({}) });
      await enforcer.enforce(ids.b, { r: 1 });
      expect(transport.sent.length).toBe(5);
      await enforcer.enforce(ids.b, { r: 1 });
      expect(transport.sent.length).toBe(5);
      await enforcer.close();
    });

    test('a plan that rises and falls through a tree is applied as planned, and what Keystone refuses is foreseen', async () => {
      const target = { serviceId: await admin.service('planned', 'planned'), regionId: 'RegionOne' };
      const apply = async (domain: number, project: number): Promise<number> => {
        const text = `model: strict_two_level\nregistered: {r: 10}\nprojects:\n  ${ids.b}: {r: ${String(project)}}\n  ${ids.domain}: {r: ${String(domain)}}\n`;
        const snapshot = await readSnapshot(admin.session, target);
        const { actions, blocked } = planLimits(parseLimits(text), snapshot);
        await applyLimits(admin.session, actions, {}, simulated(snapshot));
        return blocked.length;
      };
      expect([await apply(40, 30), await apply(15, 12), await apply(50, 45), await apply(5, 12)]).toEqual([
        0, 0, 0, 1,
      ]);
      const snapshot = await readSnapshot(admin.session, target);
      expect(snapshot.nodes.get(ids.domain)?.isDomain).toBe(true);
      expect(
        Object.fromEntries(
          snapshot.limits.map((limit) => [limit.project_id ?? limit.domain_id, limit.resource_limit]),
        ),
      ).toEqual({
        [ids.domain]: 50,
        [ids.b]: 12,
      });
      const refused = admin.limit(target.serviceId, 'RegionOne', { project_id: ids.c }, { r: 51 });
      await expect(refused).rejects.toThrow(KeystoneError);
    });

    test('a third level, which Keystone lets be made, is refused by name', async () => {
      const deep = await admin.project('BB', ids.domain, ids.b);
      const enforcer = await enforcerOf();
      const error: unknown = await enforcer.enforce(ids.b, { r: 1 }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(HierarchyError);
      expect((error as HierarchyError).branch).toEqual([ids.domain, ids.b, deep]);
      const nested = await enforcerOf({ model: 'nested' });
      await nested.enforce(deep, { r: 10 });
    });
  },
);
