import { expect, test } from 'vitest';
import { matchesGlob } from '../src/glob.js';

test.each([
  ['docs/a.md', 'docs/*.md', true],
  ['docs/b/a.md', 'docs/*.md', false],
  ['docs/b/a.md', 'docs/**/*.md', true],
  ['docs/a.md', 'docs/**/*.md', true],
  ['docs/b/a.md', 'docs/**', true],
  ['tools/a/README.md', '{packages,tools}/*/README.md', true],
  ['packages/a/README.md', '{packages,tools}/*/README.md', true],
  ['examples/a/README.md', '{packages,tools}/*/README.md', false],
  ['bench/RESULTS.md', 'bench/{RESULTS.md,*.json}', true],
  ['bench/a.json', 'bench/{RESULTS.md,*.json}', true],
  ['bench/RESULTSxmd', 'bench/{RESULTS.md,*.json}', false],
  ['a{b', 'a{b', true],
  ['a+b(c).md', 'a+b(c).md', true],
])('%s by %s: %s', (path, pattern, isMatched) => {
  expect(matchesGlob(path, pattern)).toBe(isMatched);
});
