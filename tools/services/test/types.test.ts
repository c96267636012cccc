import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type OptionsOf, type Server, servers, startServer, withServer } from '@oslofjord/services';
import { expect, expectTypeOf, it } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));

const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

it('has declarations that are those of the sources; `node types.js` writes them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oslofjord-types-'));
  await promisify(execFile)(process.execPath, [join(project, 'types.js'), folder]);
  expect(contentOf(join(project, 'types'))).toEqual(contentOf(folder));
  rmSync(folder, { recursive: true });
});

it('knows the options of every server by its name', () => {
  expectTypeOf(startServer<'redis'>).returns.resolves.toEqualTypeOf<Server>();
  expectTypeOf<OptionsOf<'redis'>>().toHaveProperty('password');
  expectTypeOf<OptionsOf<'memcached'>>().not.toHaveProperty('password');
  expectTypeOf(withServer<'keystone'>)
    .parameter(1)
    .exclude<undefined>()
    .toHaveProperty('enforcementModel');
});

it('has every server in the table of its README', () => {
  const readme = readFileSync(join(project, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
  expect(named).toEqual(Object.keys(servers));
});
