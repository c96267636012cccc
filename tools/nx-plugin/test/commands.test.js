import { expect, test } from 'vitest';
import { commandsOf } from '../src/plugin.js';

/** @param {string[]} files @param {boolean} isPublished */
const targets = (files, isPublished = true) =>
  Object.entries(
    commandsOf({ name: 'cache', isPublished, has: (path) => files.includes(path), top: '../..' }),
  )
    .filter(([, command]) => command !== false)
    .map(([target]) => target);

test('a published package with every file gets every target', () => {
  const files = [
    'tsconfig.json',
    'vitest.config.ts',
    'tsup.config.ts',
    'test/parity/answer.ts',
    '../../bench/cache',
  ];
  expect(targets(files)).toEqual([
    'lint',
    'typecheck',
    'test',
    'build',
    'check-package',
    'parity',
    'bench',
    'docs',
  ]);
});

test('a tool without a build gets no package checks', () => {
  expect(targets(['tsconfig.json', 'vitest.config.ts'], false)).toEqual(['lint', 'typecheck', 'test']);
});
