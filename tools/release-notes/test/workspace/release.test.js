// From a changeset to a release and back, as maintainers and reno see it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { originalsMissing } from '@oslofjord/services';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runReno } from '../../src/reno/commands.js';
import { changeset, Scratch, UID } from './scratch.js';

const missing = await originalsMissing({ reno: '2.11.2' }, ['python3-reno']);
const TEXT = changeset(
  { one: 'major', two: 'minor' },
  'Policies are YAML.\n\n### Prelude\n\nRead `this` *first*.\n\n### Upgrade Notes (one)\n\n- Run `convert` once: [how](https://example.org/how).\n\n  ```sh\n  convert a.json\n  ```\n- ünïcode: "quoted" #text\n\n### New Features\n\n- Two\n  lines.\n',
);

/** @type {Scratch} */
let scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => {
  scratch[Symbol.dispose]();
});

const release = async () => {
  scratch.write(`.changeset/yaml-${UID}.md`, TEXT);
  const outcome = await scratch.run('version', '--no-check', '--no-lock');
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  scratch.commit('release');
  scratch.git('tag', '@scope/one@2.0.0');
  scratch.git('tag', '@scope/two@0.5.0');
  return outcome;
};

test('version archives notes, raises versions, writes changelogs and pages, and takes the changesets away', async () => {
  const { stdout } = await release();
  expect(stdout).toContain('@scope/one 1.2.3 → 2.0.0\n@scope/two 0.4.0 → 0.5.0\n');
  expect(scratch.read(`packages/one/releasenotes/notes/yaml-${UID}.yaml`)).toBe(
    '# major, 2.0.0, series 2026.2\n# Policies are YAML.\n---\nprelude: |\n  Read ``this`` *first*.\nfeatures:\n  - |\n    Two\n    lines.\nupgrade:\n  - |\n    Run ``convert`` once: `how <https://example.org/how>`_.\n\n    .. code-block:: sh\n\n       convert a.json\n  - |\n    ünïcode: "quoted" #text\n',
  );
  expect(scratch.read(`packages/two/releasenotes/notes/yaml-${UID}.yaml`)).not.toContain('upgrade');
  expect(readdirSync(join(scratch.root, '.changeset'))).toEqual(['config.json']);
  expect(scratch.read('packages/one/CHANGELOG.md')).toContain(
    '- Policies are YAML.\n\n  **Prelude**\n\n  Read `this`',
  );
  expect(scratch.read('docs/release-notes/2026.2.md')).toContain('| [`@scope/one`](one.md) | 2.0.0 ');
  const report = await scratch.run('report', '--package', 'one');
  expect(report.stdout).toBe(
    '# Release notes of @scope/one\n\n## 2.0.0\n\nRead `this` *first*.\n\n### New Features\n\n- Two\n  lines.\n\n### Upgrade Notes\n\n- Run `convert` once: [how](https://example.org/how).\n\n  ```sh\n  convert a.json\n  ```\n- ünïcode: "quoted" #text\n',
  );
  expect((await scratch.run('pages', '--check')).status).toBe(0);
  expect((await scratch.run('lint')).stdout).toBe('');
});

test.skipIf(missing !== undefined)(
  `the archive is genuine: the installed reno lints, lists and reports it as we do${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  async () => {
    await release();
    scratch.write(
      `.changeset/later-${'f'.repeat(16)}.md`,
      changeset({ one: 'patch' }, 'Later.\n\n### fixes\n\n- Mended.\n'),
    );
    await scratch.run('archive');
    scratch.commit('later');
    for (const words of [['lint'], ['list'], ['report'], ['report', '--no-show-source']]) {
      const folder = ['-d', 'packages/one/releasenotes'];
      const [command = '', ...options] = words;
      const theirs = spawnSync(
        'reno',
        ['--rel-notes-dir', 'packages/one/releasenotes', '-q', command, ...options],
        { cwd: scratch.root, encoding: 'utf8' },
      );
      const ours = await runReno([command, ...folder, ...options], scratch.root);
      expect(theirs.status, theirs.stderr).toBe(0);
      expect(ours).toEqual({ rc: 0, stdout: theirs.stdout, stderr: '' });
      if (command !== 'lint') expect(ours.stdout).toContain('@scope/one@2.0.0');
    }
  },
);

test('the next version follows tags, changesets and what their notes say', async () => {
  expect((await scratch.run('semver-next', '--package', 'one')).stdout).toBe('1.2.3\n');
  await release();
  expect((await scratch.run('semver-next')).stdout).toBe('@scope/one 2.0.0\n@scope/two 0.5.0\n');
  scratch.write(
    `.changeset/fix-${'e'.repeat(16)}.md`,
    changeset({ one: 'patch' }, 'A.\n\n### Bug Fixes\n\n- B.\n'),
  );
  expect((await scratch.run('semver-next', '--package', '@scope/one')).stdout).toBe('2.0.1\n');
  // A declared patch with a deprecation would lie: the notes ask for a minor.
  scratch.write(
    `.changeset/old-${'d'.repeat(16)}.md`,
    changeset(
      { one: 'patch', two: 'patch' },
      'A.\n\n### Deprecation Notes (one)\n\n- B.\n\n### security\n\n- CVE-2026-1234: C.\n',
    ),
  );
  expect((await scratch.run('semver-next')).stdout).toBe('@scope/one 2.1.0\n@scope/two 0.5.1\n');
  await expect(scratch.run('semver-next', '--package', 'three')).rejects.toThrow(
    /'three' is no published package of this workspace; there are one, two/,
  );
});

test('an interrupted release goes on: archives are written again as they were', async () => {
  scratch.write(`.changeset/yaml-${UID}.md`, TEXT);
  expect((await scratch.run('archive')).status).toBe(0);
  const archived = scratch.read(`packages/one/releasenotes/notes/yaml-${UID}.yaml`);
  expect((await scratch.run('version', '--no-check', '--no-lock')).status).toBe(0);
  expect(scratch.read(`packages/one/releasenotes/notes/yaml-${UID}.yaml`)).toBe(archived);
  expect(await scratch.run('version', '--no-check', '--no-lock')).toMatchObject({ status: 0, stdout: '' });
});

test('a changeset that comes back after its release is an error', async () => {
  await release();
  scratch.write(`.changeset/yaml-${UID}.md`, TEXT);
  const { status, stdout } = await scratch.run('lint');
  expect(status).toBe(1);
  expect(stdout).toContain(
    `was released in @scope/one 2.0.0 already (packages/one/releasenotes/notes/yaml-${UID}.yaml)`,
  );
});

test('a note that is edited after its release, on another branch than that of its series, is a warning', async () => {
  await release();
  scratch.write('releases/2027.1.yaml', 'series: "2027.1"\n');
  scratch.commit('a new series');
  const file = `packages/one/releasenotes/notes/yaml-${UID}.yaml`;
  scratch.write(file, scratch.read(file).replace('Two', 'Both'));
  const { status, stdout } = await scratch.run('lint', '--since', 'main');
  expect(status).toBe(0);
  expect(stdout).toContain(`${file}:1: warning: is a note of 2.0.0, a release of 2026.2`);
  scratch.git('checkout', '-q', '-b', 'stable/2026.2');
  expect((await scratch.run('lint', '--since', 'main')).stdout).toBe('');
});

test('a cherry-picked changeset has the same uid on both branches, and each archive has it', async () => {
  scratch.git('branch', 'stable/2026.2');
  scratch.write(`.changeset/yaml-${UID}.md`, TEXT);
  scratch.commit('yaml');
  const [commit] = scratch.git('rev-parse', 'HEAD').split('\n');
  await scratch.run('version', '--no-check', '--no-lock');
  scratch.commit('release');
  scratch.git('checkout', '-q', 'stable/2026.2');
  scratch.git('cherry-pick', String(commit));
  await scratch.run('version', '--no-check', '--no-lock');
  expect(existsSync(join(scratch.root, `packages/one/releasenotes/notes/yaml-${UID}.yaml`))).toBe(true);
});

test('reno notes become changesets with their uids, and what is no note is named', async () => {
  scratch.write(
    'old/releasenotes/notes/fix-it-00112233445566aa.yaml',
    'fixes:\n  - |\n    Use ``x``. More.\nupgrade: Do this.\n',
  );
  scratch.write('old/releasenotes/notes/bad-00112233445566bb.yaml', '- a list\n');
  scratch.write('old/releasenotes/notes/colon-00112233445566cc.yaml', 'fixes:\n  - Use this: that.\n');
  const { status, stdout, stderr } = await scratch.run('import', 'old/releasenotes', '--package', 'one');
  expect(status).toBe(1);
  expect(stdout).toBe('.changeset/fix-it-00112233445566aa.md\n');
  expect(stderr).toContain(
    'error: old/releasenotes/notes/bad-00112233445566bb.yaml does not appear to be structured as a YAML mapping',
  );
  expect(stderr).toContain(
    'error: the fixes section of old/releasenotes/notes/colon-00112233445566cc.yaml holds {"Use this":"that."} where a text belongs; quote it',
  );
  expect(scratch.read('.changeset/fix-it-00112233445566aa.md')).toBe(
    "---\n'@scope/one': major\n---\n\nDo this.\n\n### Upgrade Notes\n\n- Do this.\n\n### Bug Fixes\n\n- Use `x`. More.\n",
  );
  expect((await scratch.run('lint')).stdout).toBe('');
});

test('new writes what its options say, and a template that lint finds', async () => {
  const made = await scratch.run(
    'new',
    'faster reads',
    '--package',
    'one',
    '--summary',
    'Reads are faster.',
    '--note',
    'features: Reads are faster.',
    '--note',
    'fixes: No leak.',
  );
  expect(made.stdout).toMatch(/^\.changeset\/faster-reads-[0-9a-f]{16}\.md\n$/);
  expect(scratch.read(made.stdout.trim())).toBe(
    "---\n'@scope/one': minor\n---\n\nReads are faster.\n\n### New Features\n\n- Reads are faster.\n\n### Bug Fixes\n\n- No leak.\n",
  );
  expect((await scratch.run('lint')).stdout).toBe('');
  scratch.git('checkout', '-q', '-b', 'work');
  scratch.write('packages/two/src/index.ts', 'export const x = 3;\n');
  await scratch.run('new', 'later', '--section', 'upgrade');
  const { status, stdout } = await scratch.run('lint', '--since', 'main');
  expect(status).toBe(1);
  expect(stdout.match(/\[template\]/g)).toHaveLength(2);
  await expect(scratch.run('new', 'x', '--package', 'one', '--note', 'nonsense: y')).rejects.toThrow(
    /'nonsense' is no section/,
  );
  expect((await scratch.run('new', '../x')).status).toBe(2);
});

test('versions are listed from a commit that exists, without packages that came later', async () => {
  await expect(scratch.run('train', 'add')).rejects.toThrow(
    /releases\/2026\.2\.yaml:1: phase is one of .*; mend what 'train validate' tells/u,
  );
  scratch.write(
    'releases/2026.2.yaml',
    "series: '2026.2'\nphase: development\ndates: { development: 2026-06-01 }\npackages: {}\n",
  );
  await expect(scratch.run('train', 'add', '--from', 'nope')).rejects.toThrow(
    "'nope' is no branch, tag or commit of this repository",
  );
  scratch.write('packages/three/package.json', JSON.stringify({ name: '@scope/three', version: '0.1.0' }));
  const { stdout } = await scratch.run('train', 'add');
  expect(stdout).toContain('@scope/one');
  expect(stdout).not.toContain('@scope/three');
});
