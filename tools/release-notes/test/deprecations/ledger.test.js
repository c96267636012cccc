import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deprecationsIn } from '../../src/deprecations/find.js';
import { deprecationProblems, readLedger } from '../../src/deprecations/ledger.js';
import { Workspace } from '../../src/workspace.js';
import { changeset, Scratch, UID } from '../workspace/scratch.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** @type {Scratch} */
let scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => {
  scratch[Symbol.dispose]();
});

const SOURCE = `/**
 * Adds.
 * @deprecated since 1.3.0, removal 2.0.0: it cannot subtract; use \`sum\`
 */
export const add = (): number => 1;
`;
const NOTE = changeset(
  { one: 'minor' },
  'A.\n\n### Deprecation Notes\n\n- `add` is deprecated since 1.3.0 and goes in 2.0.0; use `sum`.\n',
);

/** What is wrong with the deprecations of the package one. */
const problems = () => {
  const workspace = new Workspace(scratch.root);
  return deprecationProblems(workspace, workspace.get('one')).map(
    ({ file, line, message }) => `${file}:${String(line)}: ${message}`,
  );
};

test('a deprecation that says everything and has a note is fine, and stands in the ledger and the table', async () => {
  scratch.write('packages/one/src/index.ts', SOURCE);
  scratch.write(`.changeset/a-${UID}.md`, NOTE);
  expect(problems()).toEqual([]);
  await scratch.run('pages');
  const workspace = new Workspace(scratch.root);
  expect(readLedger(scratch.root, workspace.get('one'))).toEqual([
    { subject: 'add', since: '1.3.0', removal: '2.0.0', reason: 'it cannot subtract; use `sum`' },
  ]);
  expect(scratch.read('docs/deprecations.md')).toMatch(
    /\| `@scope\/one` \| `add` \| 1\.3\.0 \| 2\.0\.0 {3}\| it cannot subtract; use `sum` \|/,
  );
});

test('since, removal and reason are asked for, where they are missing', () => {
  scratch.write('packages/one/src/index.ts', SOURCE.replace(/since.*/, 'use `sum`'));
  expect(problems()).toEqual([
    'packages/one/src/index.ts:3: the deprecation of add does not say since when, why and when it goes; write: since 1.2.3, removal 2.0.0: reason and what to use',
  ]);
});

test('a note is asked for', () => {
  scratch.write('packages/one/src/index.ts', SOURCE);
  expect(problems().join()).toMatch(
    /no Deprecation Note of @scope\/one names add; add one with `release-notes new/,
  );
});

test('a deprecation of the future, or one that goes before it came, is an error', () => {
  scratch.write(`.changeset/a-${UID}.md`, NOTE);
  scratch.write('packages/one/src/index.ts', SOURCE.replace('1.3.0', '1.9.0'));
  expect(problems().join()).toMatch(/add is deprecated since 1\.9\.0, and the next version is 1\.3\.0/);
  scratch.write('packages/one/src/index.ts', SOURCE.replace('removal 2.0.0', 'removal 1.3.0'));
  expect(problems().join()).toMatch(/add goes in 1\.3\.0, which is not after 1\.3\.0/);
});

test('what is told at run time needs a comment, too; what others deprecated does not count', () => {
  const publish = '  deprecationChannel.publish({ subject });\n';
  scratch.write('packages/one/src/index.ts', publish);
  expect(problems().join()).toMatch(
    /index\.ts:1: tells of a deprecation at run time; put a comment above it/,
  );
  scratch.write(
    'packages/one/src/index.ts',
    `  // @deprecation of others: what a service deprecated\n${publish}`,
  );
  expect(problems()).toEqual([]);
  scratch.write(
    'packages/one/src/index.ts',
    `  // @deprecation \`old names\` since 1.0.0, kept: Oslo\n  // reads them\n${publish}`,
  );
  expect(deprecationsIn(scratch.read('packages/one/src/index.ts'), 'f').found).toMatchObject([
    { subject: 'old names', removal: 'kept', reason: 'Oslo reads them' },
  ]);
});

const releaseWithDeprecation = async () => {
  scratch.write('packages/one/src/index.ts', SOURCE);
  scratch.write(`.changeset/a-${UID}.md`, NOTE);
  expect((await scratch.run('version', '--no-check', '--no-lock')).status).toBe(0);
  scratch.commit('release');
  expect(problems()).toEqual([]);
};

test('removing early fails, whatever the ledger is made to say', async () => {
  await releaseWithDeprecation();
  scratch.write('packages/one/src/index.ts', 'export const sum = 1;\n');
  scratch.write(
    `.changeset/b-${'b'.repeat(16)}.md`,
    changeset({ one: 'minor' }, 'B.\n\n### New Features\n\n- `sum`.\n'),
  );
  expect(problems().join()).toMatch(
    /add is gone, and was to stay until 2\.0\.0; the next version is 1\.4\.0/,
  );
  await scratch.run('pages');
  expect(problems().join()).toMatch(/add is gone, and was to stay until 2\.0\.0/);
  // Nor is a promise shortened.
  scratch.write('packages/one/src/index.ts', SOURCE.replace('removal 2.0.0', 'removal 1.4.0'));
  await scratch.run('pages');
  expect(problems().join()).toMatch(/add was promised to stay until 2\.0\.0, and now goes in 1\.4\.0/);
});

test('removing in time fails without an upgrade note, and is kept in the table with one', async () => {
  await releaseWithDeprecation();
  scratch.write('packages/one/src/index.ts', 'export const sum = 1;\n');
  const file = `.changeset/b-${'b'.repeat(16)}.md`;
  scratch.write(file, changeset({ one: 'major' }, 'B.\n\n### Upgrade Notes\n\n- Other words.\n'));
  expect(problems()).toEqual([
    'packages/one/api/deprecations.json:undefined: add is gone, and no Upgrade Note names it; say what its users have to do',
  ]);
  scratch.write(
    file,
    changeset({ one: 'major' }, 'B.\n\n### Upgrade Notes\n\n- `add` is gone; use `sum`.\n'),
  );
  expect(problems()).toEqual([]);
  expect((await scratch.run('version', '--no-check', '--no-lock')).status).toBe(0);
  expect(scratch.read('docs/deprecations.md')).toContain('| removed in 2.0.0 |');
  expect(problems()).toEqual([]);
});

test('members are named with their class', () => {
  const text =
    'export class Box {\n  a = 1;\n  /** @deprecated since 1.0.0, removal 2.0.0: no use */\n  open(): void {}\n}\n';
  expect(deprecationsIn(text, 'f').found).toMatchObject([{ subject: 'Box.open', line: 3 }]);
});

test('the deprecations of this repository are in order', () => {
  const workspace = new Workspace(ROOT);
  expect(workspace.published.flatMap((each) => deprecationProblems(workspace, each))).toEqual([]);
  expect(readFileSync(join(ROOT, 'docs/deprecations.md'), 'utf8')).toContain('memcachedBinary');
});
