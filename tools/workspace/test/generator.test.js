import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../setup.js';
import { makeScratch } from '../src/scratch.js';

/** @type {ReturnType<typeof makeScratch>} */
let scratch;
beforeAll(() => {
  scratch = makeScratch(ROOT);
}, 60_000);
afterAll(() => {
  scratch.remove();
});

const nx = 'node_modules/nx/dist/bin/nx.js';

test('a generated library passes every target at once', { timeout: 240_000 }, () => {
  scratch.node(nx, 'g', '@oslofjord/nx-plugin:library', 'audit', '--description=Who did what, and when');
  const targets = ['lint', 'typecheck', 'test', 'build', 'check-package', 'docs'];
  const output = scratch.node(
    nx,
    'run-many',
    '-t',
    ...targets,
    '-p',
    '@oslofjord/audit',
    '--output-style=static',
  );
  expect(output).toContain('Successfully ran targets');
  expect(existsSync(join(scratch.directory, 'packages/audit/dist/index.d.ts'))).toBe(true);
  const lock = readFileSync(join(scratch.directory, 'package-lock.json'), 'utf8');
  expect(lock).toContain('"packages/audit"');
});

test('a name that is taken is refused', { timeout: 60_000 }, () => {
  expect(() => scratch.node(nx, 'g', '@oslofjord/nx-plugin:library', 'config')).toThrow(
    /packages\/config exists already/,
  );
});
