import { describeWithServer } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import {
  EndpointLookupError,
  LimitsUnavailableError,
  ProjectOverLimitError,
  ScopeError,
  SessionInitError,
} from '../../src/errors.ts';
import { keystoneLimits } from '../../src/keystone/limits.ts';
import { KeystoneSession } from '../../src/keystone/session.ts';
import type { LimitTarget } from '../../src/keystone/target.ts';
import type { LimitProvider } from '../../src/provider.ts';
import { usageFrom } from '../../src/testing/fixture.ts';
import { Administrator, administratorOf } from './administrator.ts';
import { limitProviderSuite } from '../../src/testing/limit-provider-suite.ts';
import { countingTransport } from './counting.ts';
import { enterLimits } from './enter-limits.ts';

const NAMES = Array.from({ length: 10 }, (_, index) => `r${String(index)}`);
const LIMITS = Object.fromEntries(NAMES.map((name) => [name, 5]));
const DELTAS = Object.fromEntries(NAMES.map((name) => [name, 1]));

await describeWithServer(
  { describe, beforeAll, afterAll },
  'keystone',
  { tokenExpiration: 3600 },
  (server) => {
    let admin: Administrator;
    const ids = { service: '', endpoint: '', domain: '', project: '', other: '', twin: '' };
    const provider = (
      options: object = {},
      target: LimitTarget = { endpointId: ids.endpoint },
    ): Promise<LimitProvider> => keystoneLimits({ auth: administratorOf(server()), target, ...options });

    beforeAll(async () => {
      admin = new Administrator(administratorOf(server()));
      ids.service = await admin.service('widgets', 'widget');
      ids.endpoint = await admin.endpoint(ids.service, 'RegionOne');
      ids.domain = await admin.domain('makers');
      ids.project = await admin.project('p', ids.domain);
      ids.other = await admin.project('q', ids.domain);
      ids.twin = await admin.service('widgets-two', 'twin');
      await admin.service('widgets-three', 'twin');
      await admin.register(ids.service, 'RegionOne', LIMITS);
      await admin.register(ids.service, null, { r0: 99, everywhere: 7 });
      await admin.limit(ids.service, 'RegionOne', { project_id: ids.project }, { r0: 11, r1: 0 });
    });

    describe('the contract of providers', () => {
      let run = 0;
      limitProviderSuite({ describe, it }, { create: (limits) => enterLimits(admin, limits, (run += 1)) });
    });

    test('limits are those of service, region and project', async () => {
      const limits = await provider();
      expect(await limits.enforcementModel()).toBe('flat');
      expect(Object.fromEntries(await limits.registeredLimits())).toEqual(LIMITS);
      expect(Object.fromEntries(await limits.projectLimits(ids.project))).toEqual({ r0: 11, r1: 0 });
      expect((await limits.projectLimits(ids.other)).size).toBe(0);
      expect([...(await limits.allLimits()).keys()]).toEqual([ids.project]);
    });

    test('limits without a region count where that is asked for, and where the endpoint has none', async () => {
      const withFallback = await (await provider({ globalFallback: true })).registeredLimits();
      expect([withFallback.get('r0'), withFallback.get('everywhere')]).toEqual([5, 7]);
      const regionless = await provider({}, { serviceId: ids.service, regionId: null });
      expect(Object.fromEntries(await regionless.registeredLimits())).toEqual({ r0: 99, everywhere: 7 });
    });

    test('an enforcer needs 2 requests cold and none warm, with or without limits of the project', async () => {
      const transport = countingTransport();
      const limits = await provider({ transport });
      const enforcer = await createEnforcer({ limits, usage: usageFrom({}) });
      for (const projectId of [ids.project, ids.other]) {
        transport.sent.length = 0;
        const deltas = projectId === ids.project ? { ...DELTAS, r1: 0 } : DELTAS;
        await enforcer.enforce(projectId, deltas);
        expect(transport.sent.length).toBe(projectId === ids.project ? 2 : 1);
        for (let index = 0; index < 20; index += 1) await enforcer.enforce(projectId, deltas);
        expect(transport.sent.length).toBe(projectId === ids.project ? 2 : 1);
      }
      await enforcer.close();
    });

    test('a limit that is raised in Keystone counts for the next request that it would refuse', async () => {
      const project = await admin.project('raised', ids.domain);
      const [limitId] = await admin.limit(ids.service, 'RegionOne', { project_id: project }, { r2: 1 });
      const enforcer = await createEnforcer({ limits: await provider(), usage: usageFrom({}) });
      await enforcer.enforce(project, { r2: 1 });
      await expect(enforcer.enforce(project, { r2: 2 })).rejects.toThrow(ProjectOverLimitError);
      await admin.session.request({
        method: 'PATCH',
        path: `/limits/${limitId ?? ''}`,
        body: { limit: { resource_limit: 2 } },
      });
      enforcer.invalidate();
      await enforcer.enforce(project, { r2: 2 });
      await enforcer.close();
    });

    test('a token of a project is refused, as it would hide limits of others', async () => {
      const auth = administratorOf(server(), { projectName: 'admin', projectDomainId: 'default' });
      await expect(provider({ auth })).rejects.toThrow(ScopeError);
      await expect(provider({ auth })).rejects.toThrow(/system_scope = all/u);
      // What would have happened: the override of 11 is not seen.
      const blind = await provider({ auth, trustedScope: 'any' });
      expect((await blind.projectLimits(ids.project)).size).toBe(0);
    });

    test.each([
      ['an unknown id', { endpointId: 'deadbeef' }, "Can't find endpoint for deadbeef"],
      ['an empty id', { endpointId: '' }, "Can't find endpoint for ''"],
      ['nothing', {}, 'Either service_type or service_name should be set'],
      ['an unknown type', { serviceType: 'nonesuch' }, 'Service not found'],
      ['a type of two services', { serviceType: 'twin' }, 'Multiple services found'],
      [
        'an unknown region',
        { serviceType: 'widget', regionName: 'Nowhere' },
        'Region not found; there are: RegionOne',
      ],
      [
        'an interface without an endpoint',
        { serviceType: 'widget', interface: 'internal' },
        'Endpoint not found',
      ],
    ] as const)('%s as target is refused with the candidates', async (_, target, message) => {
      const error: unknown = await provider({}, target).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EndpointLookupError);
      expect((error as Error).message).toContain(message);
    });

    test('an endpoint is found by type, by name, and in a region', async () => {
      const second = await admin.create('region', { id: 'RegionTwo' });
      await admin.endpoint(ids.service, second.id);
      const found = await provider(
        {},
        { serviceType: 'widget', regionName: 'RegionOne', interface: 'publicURL' },
      );
      expect(Object.fromEntries(await found.registeredLimits())).toEqual(LIMITS);
      await expect(provider({}, { serviceName: 'widgets' })).rejects.toThrow('Multiple endpoints found');
    });

    test('wrong credentials are refused without a word of the password', async () => {
      const auth = { ...administratorOf(server()), password: 'not-the-password' };
      const error: unknown = await provider({ auth }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SessionInitError);
      expect(String((error as Error).stack)).not.toContain('not-the-password');
    });

    test('the version of the identity API is discovered', async () => {
      const auth = { ...administratorOf(server()), authUrl: server().url.replace(/\/v3$/u, '') };
      expect(await (await provider({ auth })).enforcementModel()).toBe('flat');
    });

    test('a revoked token is replaced once', async () => {
      const transport = countingTransport();
      const session = new KeystoneSession({ auth: administratorOf(server()), transport });
      const { id } = await session.token();
      await session.request({ method: 'DELETE', path: '/auth/tokens', headers: { 'x-subject-token': id } });
      transport.sent.length = 0;
      await session.request({ path: '/limits/model' });
      expect(transport.sent).toEqual([
        'GET /v3/limits/model 401',
        'POST /v3/auth/tokens 201',
        'GET /v3/limits/model 200',
      ]);
      session.close();
    });

    test('application credentials, tokens and trusts log in too', async () => {
      const user = await admin.create('user', { name: 'svc', domain_id: 'default', password: 'svcpass' });
      const roles = await admin.session.list<{ id: string; name: string }>('/roles?name=member', 'roles');
      const roleId = roles[0]?.id ?? '';
      await admin.session.request({
        method: 'PUT',
        path: `/projects/${ids.project}/users/${user.id}/roles/${roleId}`,
      });
      const password = {
        type: 'password',
        authUrl: server().url,
        userId: user.id,
        password: 'svcpass',
        projectId: ids.project,
      } as const;
      const own = new KeystoneSession({ auth: password });
      const made = (await own.request({
        method: 'POST',
        path: `/users/${user.id}/application_credentials`,
        body: { application_credential: { name: 'limits', secret: 'acsecret' } },
      })) as { application_credential: { id: string } };
      const byCredential = new KeystoneSession({
        auth: {
          type: 'application_credential',
          authUrl: server().url,
          applicationCredentialId: made.application_credential.id,
          applicationCredentialSecret: 'acsecret',
        },
      });
      expect((await byCredential.token()).body.project?.id).toBe(ids.project);
      const byName = new KeystoneSession({
        auth: {
          type: 'application_credential',
          authUrl: server().url,
          applicationCredentialName: 'limits',
          username: 'svc',
          userDomainId: 'default',
          applicationCredentialSecret: 'acsecret',
        },
      });
      expect((await byName.token()).body.project?.id).toBe(ids.project);
      const { trust } = (await own.request({
        method: 'POST',
        path: '/OS-TRUST/trusts',
        body: {
          trust: {
            trustor_user_id: user.id,
            trustee_user_id: user.id,
            project_id: ids.project,
            impersonation: false,
            roles: [{ id: roleId }],
          },
        },
      })) as { trust: { id: string } };
      const { projectId: _, ...unscoped } = password;
      const trusted = new KeystoneSession({ auth: { ...unscoped, trustId: trust.id } });
      expect((await trusted.token()).body.project?.id).toBe(ids.project);
      const byToken = new KeystoneSession({
        auth: {
          type: 'token',
          authUrl: server().url,
          token: (await new KeystoneSession({ auth: unscoped }).token()).id,
          projectId: ids.project,
        },
      });
      expect((await byToken.token()).body.project?.id).toBe(ids.project);
    });

    test('with Keystone killed, known limits admit and unknown ones do not', async () => {
      const enforcer = await createEnforcer({
        limits: await provider(),
        usage: usageFrom({}),
        cache: { maxStale: 0, staleIfError: '1h' },
      });
      await enforcer.enforce(ids.project, { r0: 11 });
      await server().kill();
      try {
        await enforcer.enforce(ids.project, { r0: 11 });
        await expect(enforcer.enforce(ids.project, { r0: 12 })).rejects.toThrow(ProjectOverLimitError);
        await expect(enforcer.enforce(ids.other, { r0: 1 })).rejects.toThrow(LimitsUnavailableError);
      } finally {
        await server().restart();
      }
      await enforcer.enforce(ids.other, { r0: 1 });
      await enforcer.close();
    });
  },
);
