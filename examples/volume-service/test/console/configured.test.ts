// The console of a process that is put together by its configuration.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configuredService } from '../../src/configured.ts';
import { readOptions } from '../../src/options.ts';

/** A service by a folder of configuration. */
const started = async (isWanted: string) => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-configured-'));
  await writeFile(join(folder, 'policy.yaml'), '# mine\n"volume:list_all": "role:auditor"\n');
  await writeFile(join(folder, 'limits.yaml'), 'registered: { volumes: 10, gigabytes: 500 }\n');
  await writeFile(join(folder, 'service.conf'), `[DEFAULT]\nconsole = ${isWanted}\n`);
  const options = readOptions([join(folder, 'service.conf')], [], {});
  return configuredService({ ...options, limitsFile: join(folder, 'limits.yaml') }, { configDirs: [folder] });
};

test('there is no console unless it is asked for', async () => {
  const service = await started('no');
  expect(service.console).toBeUndefined();
  expect((await service.app.inject('/console/')).statusCode).toBe(404);
  await service.close();
});

test('with `console = yes` there is one, on the files of the configuration and without what belongs to the demo', async () => {
  const service = await started('yes');
  const entered = await service.app.inject(service.console?.path ?? '');
  expect(entered.statusCode).toBe(303);
  const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
  const page = async (path: string): Promise<string> =>
    (await service.app.inject({ url: path, headers: { cookie } })).body;
  expect(await page('/console/what-if')).toContain('# mine');
  expect(await page('/console/quotas')).toContain('500 gigabytes');
  expect(await page('/console/')).not.toContain('One minute of requests');
  expect(await page('/console/health')).not.toContain('Break the database');
  await service.close();
});
