import { expect, test } from 'vitest';
import { contentProblems } from '../src/contents.js';

const manifest = {
  name: '@oslofjord/cache',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
};
const good = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/index.d.ts',
  'dist/index.js',
  'package.json',
  'src/index.ts',
];

test('a tarball with what it names and no more is accepted', () => {
  expect(contentProblems(good, manifest)).toEqual([]);
});

test('a file that package.json names but the build did not write is reported', () => {
  expect(
    contentProblems(
      good.filter((file) => file !== 'dist/index.d.ts'),
      manifest,
    ),
  ).toEqual(['dist/index.d.ts is named in package.json but is not in the tarball']);
});

test('tests, hidden files and files of unknown kinds are reported', () => {
  const problems = contentProblems([...good, 'src/region.test.ts', 'src/.env', 'bench/get.ts'], manifest);
  expect(problems).toHaveLength(3);
});
