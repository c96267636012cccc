import { expect, test } from 'vitest';
import { affectedTasks } from '../src/affected-tasks.js';
import { matchesGlob } from '../src/glob.js';

const nxJson = {
  namedInputs: {
    default: ['{projectRoot}/**/*', '{workspaceRoot}/package.json'],
    production: ['default', '!{projectRoot}/**/*.md', '!{projectRoot}/test/**/*'],
  },
};
const TARGETS = {
  test: { inputs: ['default', '^production'] },
  build: { inputs: ['production'] },
  'check-package': { inputs: ['production'], dependsOn: ['build', '^build'] },
};
/** @param {Record<string, string[]>} dependencies project → projects it depends on */
const graphOf = (dependencies) =>
  /** @type {any} */ ({
    nodes: Object.fromEntries(
      Object.keys(dependencies).map((name) => [
        name,
        { data: { root: `packages/${name}`, targets: TARGETS } },
      ]),
    ),
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, targets]) => [name, targets.map((target) => ({ target }))]),
    ),
  });
const graph = graphOf({ config: [], policy: ['config'], cache: ['config'] });

/** @param {string[]} changed */
const affected = (...changed) => Object.fromEntries(affectedTasks(graph, nxJson, changed));

test('a source file runs its package and the tests of those that depend on it', () => {
  expect(affected('packages/config/src/index.ts')).toEqual({
    test: ['cache', 'config', 'policy'],
    build: ['config'],
    'check-package': ['config'],
  });
});

test('a test file runs the tests of its own package only', () => {
  expect(affected('packages/config/test/ini.test.ts')).toEqual({ test: ['config'] });
});

test('a task brings the tasks it needs', () => {
  expect(affected('packages/policy/src/index.ts')).toEqual({
    test: ['policy'],
    build: ['config', 'policy'],
    'check-package': ['policy'],
  });
});

test('the root manifest and the lock run everything', () => {
  const everything = ['cache', 'config', 'policy'];
  for (const file of ['package.json', 'package-lock.json']) {
    expect(affected(file)).toEqual({ test: everything, build: everything, 'check-package': everything });
  }
});

test('a file that nothing reads runs nothing', () => {
  expect(affected('SECURITY.md')).toEqual({});
});

test('globs keep to folders', () => {
  expect(matchesGlob('packages/config/src/a.ts', 'packages/config/**/*')).toBe(true);
  expect(matchesGlob('packages/config2/src/a.ts', 'packages/config/**/*')).toBe(false);
  expect(matchesGlob('tools/build/tsup.js', 'tools/build/*.js')).toBe(true);
  expect(matchesGlob('tools/build/test/a.js', 'tools/build/*.js')).toBe(false);
});
