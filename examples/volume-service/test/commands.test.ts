import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEnforcer } from '@oslofjord/limit';
import { parseLimits, yamlLimits } from '@oslofjord/limit/yaml';
import { expect, test } from 'vitest';
import { runVolumeService } from '../src/commands/run.ts';

const run = async (...words: string[]): Promise<{ code: number | undefined; out: string; err: string }> => {
  let out = '';
  let err = '';
  const code = await runVolumeService(words, {
    environment: {},
    configuration: fileURLToPath(new URL('../etc/volume-service.conf', import.meta.url)),
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
};

const configured = async (policyName: string, policy: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-service-'));
  await writeFile(join(folder, policyName), policy);
  await writeFile(
    join(folder, 'limits.yaml'),
    'registered: { volumes: 4 }\nprojects: { beta: { volumes: 3 } }\n',
  );
  const path = join(folder, 'volumes.conf');
  await writeFile(
    path,
    `[oslo_policy]\npolicy_file = ${policyName}\nenforce_new_defaults = true\n[DEFAULT]\nlimits_file = limits.yaml\n`,
  );
  return path;
};

test('the shipped configuration passes the upgrade check', async () => {
  expect(await run('status', 'upgrade-check')).toMatchObject({ code: 0, err: '' });
});

test('a policy file in JSON stops an upgrade, and the check says what to do', async () => {
  const path = await configured('policy.json', '{"volume:list_all": "rule:admin or role:auditor"}');
  const { code, out } = await run('status', 'upgrade-check', '--config-file', path);
  expect(code).toBe(2);
  expect(out).toMatch(/failure +policy-file-json\n.*policy\.json is JSON\n.*oslofjord-policy convert/);
});

test('a rule under its old name is a warning, also as JSON', async () => {
  const path = await configured('policy.yaml', '"volume:extend": "role:member"\n');
  const { code, out } = await run('status', 'upgrade-check', '--json', '--config-file', path);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ exitCode: 1 });
});

test('exported limits are read again as the same limits, by the ids that Keystone has for projects', async () => {
  const path = await configured('policy.yaml', '');
  const { code, out } = await run(
    ...['manage', 'limits', 'export', '--config-file', path, '--project', 'beta=0b2c'],
  );
  expect(code).toBe(0);
  const { registered, projects } = parseLimits(out, 'exported');
  expect(Object.fromEntries(registered)).toEqual({ volumes: 4 });
  expect(Object.fromEntries(projects.get('0b2c') ?? [])).toEqual({ volumes: 3 });
  const exported = join(path, '..', 'exported.yaml');
  await writeFile(exported, out);
  await using quotas = await createEnforcer({ limits: yamlLimits(exported), usage: () => ({ volumes: 0 }) });
  expect((await quotas.fit('0b2c', { volumes: 1 })).count).toBe(3);
  const json = await run('manage', 'limits', 'export', '--config-file', path, '--format', 'json');
  expect(JSON.parse(json.out)).toMatchObject({
    registered: { volumes: 4 },
    projects: { beta: { volumes: 3 } },
  });
});

test('what cannot be understood is said in a line, with the status of a failed check', async () => {
  expect(await run('manage', 'limits', 'export', '--format', 'xml')).toMatchObject({
    code: 255,
    err: 'volume-service: there is no format xml; there are yaml, json\n',
  });
  expect(await run('manage', 'limits', 'export', '--project', 'beta')).toMatchObject({ code: 255 });
  expect(await run('manage', 'limits', 'export', '--project', 'bta=0b2c')).toMatchObject({
    code: 255,
    err: 'volume-service: the limits name no project bta; they name research, alpha, beta\n',
  });
  expect(await run('status', 'upgrade-check', '--config-file', '/nonexistent.conf')).toMatchObject({
    code: 255,
    err: expect.stringContaining('/nonexistent.conf') as string,
  });
  expect(await run('stauts')).toMatchObject({ code: 255, err: expect.stringContaining('stauts') as string });
});

test('help is given wherever it is asked for', async () => {
  const { out } = await run('--help');
  expect(out).toContain('volume-service status upgrade-check [--config-file FILE] [--json]');
  expect(await run('status', 'upgrade-check', '--help')).toEqual({ code: 0, out, err: '' });
});

test('a process that cannot begin says why in a line', async () => {
  const path = await configured('policy.yaml', '');
  expect(await run('worker', '--config-file', path)).toMatchObject({
    code: 255,
    err: expect.stringContaining('needs transport_url') as string,
  });
  const text = await readFile(path, 'utf8');
  await writeFile(path, `${text}[database]\nconnection = postgresql://nobody@127.0.0.1:9/none\n`);
  expect(await run('api', '--config-file', path)).toMatchObject({
    code: 255,
    err: 'volume-service: database does not answer: connect ECONNREFUSED 127.0.0.1:9\n',
  });
});

test('the shipped limits file is what is exported by default', async () => {
  const file = fileURLToPath(new URL('../etc/limits.yaml', import.meta.url));
  const { out } = await run('manage', 'limits', 'export');
  expect(parseLimits(out, 'exported')).toEqual(parseLimits(await readFile(file, 'utf8'), file));
});
