// Declared bump, notes and API against each other, on a small package; against a record, a folder and a tarball.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeset, Scratch, UID } from '../workspace/scratch.js';

/** @type {Scratch} */
let scratch;
beforeEach(() => {
  scratch = new Scratch();
  const manifest = {
    name: '@scope/one',
    version: '1.2.3',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  };
  scratch.write('packages/one/package.json', JSON.stringify(manifest));
  build('a: string');
});
afterEach(() => {
  scratch[Symbol.dispose]();
});

/** @param {string} parameters @param {string} [more] */
const build = (parameters, more = '') => {
  scratch.write(
    'packages/one/dist/index.d.ts',
    `export declare const add: (${parameters}) => string;\n${more}`,
  );
  scratch.write(
    'packages/one/dist/index.js',
    `export const add = (a) => a;\n${more === '' ? '' : 'export const sum = 1;\n'}`,
  );
};

/** @param {string} bump @param {string} body */
const note = (bump, body) => {
  scratch.write(`.changeset/a-${UID}.md`, changeset({ one: bump }, `A.\n\n${body}`));
};

const check = (/** @type {string[]} */ ...words) =>
  scratch.run('check', '--package', 'one', '--offline', ...words);

test('before anything was published, the notes alone decide', async () => {
  note('patch', '### Bug Fixes\n\n- B.\n');
  expect(await check()).toMatchObject({
    status: 0,
    stdout: '✓ @scope/one: declared patch ≥ notes patch ≥ API none (nothing was published yet)\n',
  });
  note('patch', '### Deprecation Notes\n\n- B.\n');
  const { status, stdout } = await check();
  expect(status).toBe(1);
  expect(stdout).toContain(
    `.changeset/a-${UID}.md: error: declares a patch of @scope/one, and the notes say minor [bump]`,
  );
});

test('a break needs a major and an upgrade note, an addition a minor, nothing nothing', async () => {
  expect((await check('--record')).stdout).toBe('packages/one/api/published.json.gz\n');
  expect((await check()).status).toBe(0);
  build('a: string, b: string');
  note('minor', '### New Features\n\n- B.\n');
  const lie = await check();
  expect(lie.status).toBe(1);
  expect(lie.stdout).toContain(
    '@scope/one: add(b) is a new parameter that has to be given; that needs a major, and a minor is declared [api]',
  );
  note('major', '### New Features\n\n- B.\n');
  expect((await check()).stdout).toContain(
    'add(b) is a new parameter that has to be given, and no Upgrade Note says what its users have to do [upgrade]',
  );
  note('major', '### Upgrade Notes\n\n- B.\n');
  expect(await check()).toMatchObject({
    status: 0,
    stdout:
      '✓ @scope/one: declared major ≥ notes major ≥ API major (against packages/one/api/published.json.gz)\n',
  });
  build('a: string', 'export declare const sum: number;\n');
  note('patch', '### Bug Fixes\n\n- B.\n');
  expect((await check()).stdout).toContain(
    '@scope/one: sum is exported from @scope/one now; that needs a minor, and a patch is declared [api]',
  );
  expect((await check('--differences')).stdout).toContain(
    '    addition: sum is exported from @scope/one now\n',
  );
});

test('what is compared with may be a folder, a tarball, or a folder of tarballs', async () => {
  cpSync(join(scratch.root, 'packages/one'), join(scratch.root, 'old'), { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch.root], {
    cwd: join(scratch.root, 'old'),
  });
  build('a: number');
  scratch.write('tarballs/README', '');
  cpSync(join(scratch.root, 'scope-one-1.2.3.tgz'), join(scratch.root, 'tarballs/scope-one-1.2.3.tgz'));
  for (const against of ['old', 'scope-one-1.2.3.tgz', 'tarballs']) {
    const { status, stdout } = await check('--against', against);
    expect(status, against).toBe(1);
    expect(stdout).toContain('add(a) took string and takes number; that needs a major, and none is declared');
  }
  await expect(check('--against', 'nowhere')).rejects.toThrow(/there is no .*nowhere/);
  expect(readdirSync(join(scratch.root, '.cache'))).toEqual([]);
});

test('a package that is not built is named, with the command', async () => {
  await check('--record');
  execFileSync('rm', ['-r', 'packages/one/dist'], { cwd: scratch.root });
  await expect(check()).rejects.toThrow(/packages\/one has no dist; build it first, with `npx nx build one`/);
});
