import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runLimitTool } from '../../src/cli/main.ts';
import { FakeKeystone } from '../../src/testing/fake-keystone.ts';
import { Administrator } from '../keystone/administrator.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let fake: FakeKeystone;
let directory: string;
let admin: Administrator;
const ids = { service: '', domain: '', a: '', b: '' };

const environment = (): Record<string, string> => ({
  OS_AUTH_URL: fake.url,
  OS_USERNAME: 'admin',
  OS_PASSWORD: 's3cr3t',
  OS_USER_DOMAIN_ID: 'default',
  OS_SYSTEM_SCOPE: 'all',
});

const run = async (...words: string[]): Promise<Ran> => {
  let [out, err] = ['', ''];
  const code = await runLimitTool(words, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    environment: environment(),
  });
  return { code, out, err };
};

const write = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

const target = ['--service-type', 'widget', '--region', 'RegionOne'];
const writes = (): number =>
  fake.requests.filter((request) => !request.startsWith('GET') && !request.includes('/auth/')).length;

const start = async (model: 'flat' | 'strict_two_level' = 'flat'): Promise<void> => {
  fake = await FakeKeystone.start({ model });
  admin = new Administrator({
    type: 'password',
    authUrl: fake.url,
    username: 'admin',
    password: 's3cr3t',
    userDomainId: 'default',
    systemScope: 'all',
  });
  ids.service = await admin.service('widgets', 'widget');
  await admin.endpoint(ids.service, 'RegionOne');
  ids.domain = await admin.domain('d');
  ids.a = await admin.project('a', ids.domain);
  ids.b = await admin.project('b', ids.domain);
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oslofjord-limit-'));
});

afterEach(async () => {
  rmSync(directory, { recursive: true });
  await fake.close();
});

describe('plan, apply, diff and export', () => {
  test('lead from an empty Keystone to the file, once, and back to the same file', async () => {
    await start();
    const file = write(
      'limits.yaml',
      `registered: {r: 10, s: unlimited}\nprojects:\n  ${ids.a}: {r: 20}\n  ${ids.b}: {s: 5}\n`,
    );
    const planned = await run('plan', file, ...target);
    expect([planned.code, planned.out.split('\n').slice(0, 2)]).toEqual([
      2,
      ['+ registered r = 10', '+ registered s = unlimited'],
    ]);
    const before = writes();
    const applied = await run('apply', file, ...target);
    expect([applied.code, applied.err.trim().split('\n').at(-1), writes() - before]).toEqual([0, '4/4', 2]);
    expect(await run('apply', file, ...target)).toMatchObject({ code: 0, out: 'nothing to do\n' });
    expect(writes() - before).toBe(2);
    expect(await run('diff', file, ...target)).toMatchObject({ code: 0 });
    const exported = write('exported.yaml', (await run('export', ...target)).out);
    expect(await run('diff', exported, ...target)).toMatchObject({ code: 0, out: 'nothing to do\n' });
  });

  test('a service hands its own limits to Keystone through a module', async () => {
    await start();
    const module = write(
      'source.mjs',
      `export const limitSource = { read: async () => ({
        model: 'flat',
        registered: new Map([['volumes', 10], ['gigabytes', -1]]),
        projects: new Map([['${ids.a}', new Map([['volumes', 20]])]]),
        parents: new Map(),
      }) };`,
    );
    const { out, code } = await run('export', '--source', module);
    expect(code).toBe(0);
    const exported = write('exported.yaml', out);
    expect(await run('apply', exported, ...target)).toMatchObject({ code: 0 });
    expect((await run('export', ...target)).out).toBe(out);
  });

  test('a module without a source, or with limits that cannot be, is refused with the reason', async () => {
    await start();
    const none = write('none.mjs', 'export const somethingElse = 1;');
    expect((await run('export', '--source', none)).err).toContain('exports no limitSource');
    const broken = write('broken.mjs', 'throw new Error("no database");');
    expect((await run('export', '--source', broken)).err).toContain('no database');
    const wrong = write(
      'wrong.mjs',
      `export const limitSource = { read: () => ({ model: 'flat', registered: new Map([['r', 1.5]]), projects: new Map(), parents: new Map() }) };`,
    );
    expect(await run('export', '--source', wrong)).toMatchObject({ code: 1, out: '' });
  });

  test('what is not in the file stays, or goes with --prune', async () => {
    await start();
    await admin.register(ids.service, 'RegionOne', { r: 1, old: 1 });
    await admin.limit(ids.service, 'RegionOne', { project_id: ids.a }, { old: 2 });
    const file = write('limits.yaml', 'registered: {r: 1}\n');
    expect((await run('plan', file, ...target)).out).toBe('nothing to do\n');
    expect(await run('apply', file, '--prune', ...target)).toMatchObject({ code: 0 });
    expect((await run('export', ...target)).out).toBe('model: flat\nregistered:\n  r: 1\n');
  });

  test('a default that is in use is refused beforehand, and replaced when asked for', async () => {
    await start();
    await admin.register(ids.service, 'RegionOne', { r: 1 });
    await admin.limit(ids.service, 'RegionOne', { project_id: ids.a }, { r: 2 });
    const file = write('limits.yaml', `registered: {r: 5}\nprojects: {${ids.a}: {r: 2}}\n`);
    const before = writes();
    const refused = await run('apply', file, ...target);
    expect([refused.code, writes()]).toEqual([3, before]);
    expect(refused.out).toContain('! ~ registered r: 1 → 5: Keystone would answer 403');
    expect(await run('apply', file, '--replace', ...target)).toMatchObject({ code: 0 });
    expect((await run('export', ...target)).out).toBe(
      `model: flat\nregistered:\n  r: 5\nprojects:\n  ${ids.a}:\n    r: 2\n`,
    );
  });

  test('in strict_two_level limits rise from the top and fall from the bottom', async () => {
    await start('strict_two_level');
    const up = write(
      'up.yaml',
      `model: strict_two_level\nregistered: {r: 10}\nprojects:\n  ${ids.a}: {r: 30}\n  ${ids.domain}: {r: 40}\n`,
    );
    expect(await run('apply', up, ...target)).toMatchObject({ code: 0 });
    const down = write(
      'down.yaml',
      `model: strict_two_level\nregistered: {r: 10}\nprojects:\n  ${ids.domain}: {r: 15}\n  ${ids.a}: {r: 12}\n`,
    );
    const planned = await run('plan', down, ...target);
    expect(planned.out.split('\n').map((line) => line.split(' ')[1])).toEqual([ids.a, ids.domain, undefined]);
    expect(await run('apply', down, ...target)).toMatchObject({ code: 0 });
    const wrong = write(
      'wrong.yaml',
      `model: strict_two_level\nregistered: {r: 10}\nprojects:\n  ${ids.domain}: {r: 5}\n  ${ids.a}: {r: 12}\n`,
    );
    expect(await run('plan', wrong, ...target)).toMatchObject({ code: 3 });
  });

  test('an interruption at any request is made good by applying again', async () => {
    await start();
    await admin.register(ids.service, 'RegionOne', { r: 1, gone: 1 });
    await admin.limit(ids.service, 'RegionOne', { project_id: ids.a }, { r: 2, gone: 3 });
    const file = write(
      'limits.yaml',
      `registered: {r: 5, s: 7}\nprojects:\n  ${ids.a}: {r: 2, s: 1}\n  ${ids.b}: {r: 9}\n`,
    );
    const all = ['apply', file, '--prune', '--replace', ...target];
    let runs = 0;
    for (let allowed = 0; ; allowed += 1) {
      runs += 1;
      let sent = 0;
      fake.interrupt((request) => {
        if (request.startsWith('GET') || request.includes('/auth/')) return;
        if ((sent += 1) > 1) throw new Error('interrupted');
      });
      const { code } = await run(...all);
      fake.interrupt(undefined);
      if (code === 0) break;
      expect(code).toBe(1);
      expect(allowed).toBeLessThan(20);
    }
    expect(runs).toBeGreaterThan(3);
    expect(await run('diff', file, ...target)).toMatchObject({ code: 0 });
  });

  test('more than one body can hold is sent in several', async () => {
    await start();
    const names = Array.from({ length: 1200 }, (_, index) => `resource-${String(index).padStart(5, '0')}: 1`);
    const file = write('limits.yaml', `registered:\n  ${names.join('\n  ')}\n`);
    const before = writes();
    expect(await run('apply', file, ...target)).toMatchObject({ code: 0 });
    expect(writes() - before).toBe(2);
  });
});

describe('check and doctor', () => {
  test('check names resources that are not registered', async () => {
    await start();
    await admin.register(ids.service, 'RegionOne', { r: 1 });
    expect(await run('check', '--names', 'r', ...target)).toMatchObject({ code: 0, out: '' });
    expect(await run('check', '--names', 'r,t', ...target)).toMatchObject({
      code: 3,
      out: 't is not registered\n',
    });
  });

  const section = (extra: string): string =>
    `[oslo_limit]\nauth_url = ${fake.url}\nauth_type = password\nusername = admin\npassword = s3cr3t\nuser_domain_id = default\n${extra}`;

  test('doctor finds nothing wrong with what is right', async () => {
    await start();
    await admin.register(ids.service, 'RegionOne', { r: 1 });
    const file = write(
      'service.conf',
      section('system_scope = all\nendpoint_service_type = widget\nendpoint_region_name = RegionOne\n'),
    );
    const { code, out } = await run('doctor', '--config-file', file, '--names', 'r');
    expect([code, out.split('\n').map((line) => line.split(/\s+/u)[0])]).toEqual([
      0,
      ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', ''],
    ]);
  });

  test.each([
    [
      'a token of a project',
      'project_name = admin\nproject_domain_id = default\nendpoint_service_type = widget\n',
      /(error|warning) +scope: .*system_scope = all/u,
    ],
    [
      'a scope that is a role',
      'system_scope = reader\nendpoint_service_type = widget\n',
      /error +log-in: systemScope must be 'all'/u,
    ],
    [
      'an empty endpoint_id',
      'system_scope = all\nendpoint_id =\n',
      /error +endpoint: Can't find endpoint for ''/u,
    ],
    [
      'options of Keystone meant for the service',
      'system_scope = all\nservice_name = widgets\n',
      /warning configuration: service_name/u,
    ],
    [
      'names that nobody registered',
      'system_scope = all\nendpoint_service_type = widget\n',
      /error +registered: r: enforced by the service/u,
    ],
  ])('doctor finds %s', async (_, extra, found) => {
    await start();
    const file = write('service.conf', section(extra));
    expect((await run('doctor', '--config-file', file, '--names', 'r')).out).toMatch(found);
  });

  test('doctor finds a third level and a child above its parent', async () => {
    await start('strict_two_level');
    await admin.register(ids.service, 'RegionOne', { r: 10 });
    await admin.limit(ids.service, 'RegionOne', { domain_id: ids.domain }, { r: 0 });
    await admin.limit(ids.service, 'RegionOne', { project_id: ids.a }, { r: 7 });
    const deep = await admin.project('aa', ids.domain, ids.a);
    const file = write('service.conf', section('system_scope = all\nendpoint_service_type = widget\n'));
    const { code, out } = await run('doctor', '--config-file', file);
    expect(code).toBe(1);
    expect(out).toContain(`error   hierarchy: ${deep}: below the second level`);
    expect(out).toContain(`warning parent-limits: ${ids.a} has 7 r below ${ids.domain}, which has 0`);
  });
});

describe('fit and report', () => {
  beforeEach(async () => {
    await start();
  });

  test('fit says how many and what binds', async () => {
    const limits = write('limits.yaml', 'registered: {cores: 20, ram: 65536}\n');
    const usage = write('usage.yaml', 'p: {cores: 4, ram: 8192}\n');
    expect(
      await run(
        'fit',
        '--project',
        'p',
        '--limits',
        limits,
        '--usage',
        usage,
        'cores=4,ram=8192',
        '--max',
        '100',
      ),
    ).toEqual({
      code: 0,
      out: '4\ncores binds: 4 of 20 used, 16 free, by the limit of p\n',
      err: '',
    });
  });

  test('report writes a table, a tree with bars, JSON and CSV', async () => {
    const limits = write(
      'limits.yaml',
      'model: nested\nregistered: {cores: 20}\nprojects: {a: {cores: 10}, b: {cores: unlimited}}\nparents: {b: a}\n',
    );
    const usage = write('usage.yaml', 'a: {cores: 5}\nb: {cores: 3}\n');
    const report = (format: string): Promise<Ran> =>
      run('report', '--limits', limits, '--usage', usage, '--format', format);
    expect((await report('table')).out).toBe(
      'project  resource  usage      limit  share  from\na        cores         5         10   50 %  project\nb        cores         3  unlimited      -  project\n',
    );
    expect((await report('tree')).out).toBe(
      'a\n  cores [██████████··········] 5/10\n  b\n    cores [····················] 3/unlimited\n',
    );
    expect((await report('csv')).out).toBe(
      'project,resource,usage,limit,registered,source\r\na,cores,5,10,20,project\r\nb,cores,3,-1,20,project\r\n',
    );
    expect(JSON.parse((await report('json')).out)).toHaveLength(2);
    expect(await report('pie')).toMatchObject({ code: 2 });
  });

  test('what is not understood is said so', async () => {
    expect(await run('explode')).toMatchObject({ code: 2 });
    expect(await run('plan', 'x.yaml')).toMatchObject({ code: 1 });
    expect((await run('--help')).out).toContain('oslofjord-limit COMMAND');
  });
});
