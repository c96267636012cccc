import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipReason, withServer, type Server } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import type { Enforcer } from '../../src/enforcer-interface.ts';
import {
  EndpointLookupError,
  KeystoneError,
  type ProjectOverLimitError,
  ScopeError,
} from '../../src/errors.ts';
import { keystoneLimits } from '../../src/keystone/limits.ts';
import { configuredLimits } from '../../src/options.ts';
import { usageFrom } from '../../src/testing/fixture.ts';
import { Administrator, administratorOf } from '../keystone/administrator.ts';
import { countingTransport } from '../keystone/counting.ts';

// What oslo.limit does wrong (the report's list, in its order): shown on Debian's 2.0.1 against a real Keystone where it has
// the defect, and absent here. The look-up by service of 7d1e011 is in test/keystone; its caching accident in test/parity.

const PYTHON = '/usr/bin/python3';
const hasOriginal = spawnSync(PYTHON, ['-c', 'import oslo_limit']).status === 0;
const reason =
  (await skipReason('keystone')) ?? (hasOriginal ? undefined : "install Debian's python3-oslo.limit");
const NAMES = Array.from({ length: 5 }, (_, index) => `r${String(index)}`);

interface Answered {
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly str: string };
  readonly requests: number;
}

describe.skipIf(reason !== undefined)(
  `defects of oslo.limit${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'oslofjord-limit-'));
    const servers: Server[] = [];
    const ids = { service: '', endpoint: '', foreign: '', project: '', plain: '', other: '' };
    let admin: Administrator;

    const section = (server: Server, lines: readonly string[], scope = 'system_scope = all'): string => {
      const { username = '', password = '' } = server.address;
      const logIn = [
        `auth_url = ${server.url}`,
        'auth_type = password',
        `username = ${username}`,
        `password = ${password}`,
        'user_domain_id = default',
      ];
      return ['[oslo_limit]', ...logIn, ...scope.split('; '), ...lines, ''].join('\n');
    };

    const original = (text: string, steps: readonly unknown[]): readonly Answered[] => {
      const config = join(directory, 'service.conf');
      writeFileSync(config, text);
      const script = fileURLToPath(new URL('original.py', import.meta.url));
      const { stdout } = spawnSync(PYTHON, [script], {
        input: JSON.stringify({ config, steps }),
        encoding: 'utf8',
      });
      return stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Answered);
    };

    const ours = async (text: string, options: object = {}): Promise<Enforcer> => {
      const { session, target } = configuredLimits({ files: [{ path: 'service.conf', text }] });
      return createEnforcer({
        limits: await keystoneLimits({ ...session, target, ...options }),
        usage: usageFrom({}),
      });
    };

    beforeAll(async () => {
      servers.push(
        ...(await Promise.all([
          withServer('keystone', { own: true }),
          withServer('keystone', { enforcementModel: 'strict_two_level' }),
        ])),
      );
      const [flat] = servers as [Server];
      admin = new Administrator(administratorOf(flat));
      ids.service = await admin.service('widgets', 'widget');
      ids.endpoint = await admin.endpoint(ids.service, 'RegionOne');
      ids.other = await admin.service('gadgets', 'gadget');
      ids.project = await admin.project('limited', 'default');
      ids.plain = await admin.project('plain', 'default');
      await admin.register(ids.service, 'RegionOne', Object.fromEntries(NAMES.map((name) => [name, 1])));
      await admin.register(ids.service, null, { global: 5 });
      await admin.register(ids.other, 'RegionOne', { foreign: 50 });
      await admin.limit(ids.service, 'RegionOne', { project_id: ids.project }, { r0: 11 });
    }, 120_000);

    afterAll(async () => {
      for (const server of servers) await server.stop();
      rmSync(directory, { recursive: true });
    });

    test('strict_two_level cannot be used at all; here it works', async () => {
      const [, server] = servers as [Server, Server];
      const there = new Administrator(administratorOf(server));
      const endpoint = await there.endpoint(await there.service('widgets', 'widget'), 'RegionOne');
      const text = section(server, [`endpoint_id = ${endpoint}`]);
      expect(original(text, [])[0]?.error).toEqual({
        type: 'ValueError',
        str: 'enforcement model strict_two_level is not supported',
      });
      expect((await ours(text)).model).toBe('strict_two_level');
    });

    test('a project without limits of its own costs a request for each resource, each time; here none once they are known', async () => {
      const [flat] = servers as [Server];
      const text = section(flat, [`endpoint_id = ${ids.endpoint}`]);
      const deltas = Object.fromEntries(NAMES.map((name) => [name, 1]));
      const asked = ['enforce', ids.plain, deltas];
      const [, , warm] = original(text, [asked, asked]);
      expect(warm?.requests).toBe(NAMES.length);
      const transport = countingTransport();
      const enforcer = await ours(text, { transport });
      await enforcer.enforce(ids.plain, deltas);
      transport.sent.length = 0;
      await enforcer.enforce(ids.plain, deltas);
      expect(transport.sent).toEqual([]);
      await enforcer.close();
    });

    test('a raised limit is never seen by an enforcer that lives; here the next refusal looks', async () => {
      const [flat] = servers as [Server];
      const text = section(flat, [`endpoint_id = ${ids.endpoint}`]);
      const project = await admin.project('raised', 'default');
      const [limitId = ''] = await admin.limit(ids.service, 'RegionOne', { project_id: project }, { r1: 2 });
      const enforcer = await ours(text);
      await enforcer.enforce(project, { r1: 2 });
      await admin.session.request({
        method: 'PATCH',
        path: `/limits/${limitId}`,
        body: { limit: { resource_limit: 3 } },
      });
      await enforcer.enforce(project, { r1: 3 });
      await enforcer.close();
    });

    test('an enforcer per request asks for model and endpoint each time; here a request is a view of one that lives', async () => {
      const [flat] = servers as [Server];
      const text = section(flat, [`endpoint_id = ${ids.endpoint}`]);
      const [made] = original(text, []);
      expect(made?.requests).toBeGreaterThanOrEqual(2);
      const transport = countingTransport();
      const enforcer = await ours(text, { transport });
      await enforcer.enforce(ids.plain, { r0: 1 });
      transport.sent.length = 0;
      for (let request = 0; request < 3; request += 1) {
        await enforcer.request().enforce(ids.plain, { r0: 1 });
      }
      expect(transport.sent).toEqual([]);
      await enforcer.close();
    });

    test('an endpoint without a region mixes the limits of all regions; here it has those without a region', async () => {
      const [flat] = servers as [Server];
      await admin.session.request({
        method: 'POST',
        path: '/regions',
        body: { region: { id: 'RegionTwo' } },
      });
      const service = await admin.service('mixed', 'mixed');
      const endpoint = await admin.endpoint(service, null);
      await admin.register(service, 'RegionOne', { mixed: 7 });
      await admin.register(service, 'RegionTwo', { mixed: 77 });
      const text = section(flat, [`endpoint_id = ${endpoint}`]);
      const [, mixed] = original(text, [['get_registered_limits', ['mixed']]]);
      expect([7, 77]).toContain((mixed?.result as [string, number][])[0]?.[1]);
      const enforcer = await ours(text);
      expect(await enforcer.getRegisteredLimits(['mixed'])).toEqual([['mixed', 0]]);
      await admin.register(service, null, { mixed: 5 });
      const later = await ours(text);
      expect(await later.getRegisteredLimits(['mixed'])).toEqual([['mixed', 5]]);
      await Promise.all([enforcer.close(), later.close()]);
    });

    test('a token of a project hides limits without a word; here it is refused', async () => {
      const [flat] = servers as [Server];
      const text = section(
        flat,
        [`endpoint_id = ${ids.endpoint}`],
        'project_name = admin; project_domain_id = default',
      );
      expect(original(text, [['get_project_limits', ids.project, ['r0']]])[1]?.result).toEqual([['r0', 1]]);
      await expect(ours(text)).rejects.toThrow(ScopeError);
    });

    test('an empty endpoint_id mixes the limits of all services; here it finds nothing', async () => {
      const [flat] = servers as [Server];
      const text = section(flat, ['endpoint_id =']);
      expect(original(text, [['get_registered_limits', ['foreign']]])[1]?.result).toEqual([['foreign', 50]]);
      await expect(ours(text)).rejects.toThrow(EndpointLookupError);
    });

    test('a limit registered without a region is never used; here it is where globalFallback asks for it', async () => {
      const [flat] = servers as [Server];
      const text = section(flat, [`endpoint_id = ${ids.endpoint}`]);
      expect(original(text, [['get_registered_limits', ['global']]])[1]?.result).toEqual([['global', 0]]);
      const enforcer = await ours(text, { globalFallback: true });
      expect(await enforcer.getRegisteredLimits(['global'])).toEqual([['global', 5]]);
      await enforcer.close();
    });

    test('an unreachable Keystone and an unknown endpoint leak errors of other libraries; here they have codes', async () => {
      const [flat] = servers as [Server];
      const unknown = section(flat, ['endpoint_id = deadbeef']);
      expect(original(unknown, [])[0]?.error?.type).toBe('ResourceNotFound');
      await expect(ours(unknown)).rejects.toThrow(EndpointLookupError);
      const closed = section(flat, [`endpoint_id = ${ids.endpoint}`]).replace(
        /auth_url = \S+/u,
        'auth_url = http://127.0.0.1:9/v3',
      );
      expect(original(closed, [])[0]?.error?.type).toBe('ConnectFailure');
      await expect(ours(closed)).rejects.toThrow(KeystoneError);
    });

    test('"not registered" looks like "limit 0"; here it has a reason of its own', async () => {
      const [flat] = servers as [Server];
      const text = section(flat, [`endpoint_id = ${ids.endpoint}`]);
      const [, step] = original(text, [['enforce', ids.plain, { unheard: 1 }]]);
      expect(step?.error?.str).toContain('Resource unheard is over limit of 0');
      const enforcer = await ours(text);
      const error: unknown = await enforcer
        .enforce(ids.plain, { unheard: 1 })
        .catch((thrown: unknown) => thrown);
      expect((error as ProjectOverLimitError).overLimitInfoList[0]?.reason).toBe('unregistered');
      await enforcer.close();
    });

    test('the documented sample configuration does not work; here the message says which options are meant', async () => {
      const [flat] = servers as [Server];
      const text = section(
        flat,
        ['service_name = widgets', 'region_name = RegionOne'],
        'system_scope = reader',
      );
      expect(original(text, [])[0]?.error).toBeDefined();
      await expect(ours(text)).rejects.toThrow("systemScope must be 'all', not 'reader'");
      const { warnings } = configuredLimits({ files: [{ path: 'service.conf', text }] });
      expect(warnings.join()).toContain('endpoint_service_name');
    });
  },
);
