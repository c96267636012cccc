import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readPending } from '../../release-notes/src/changesets/pending.js';
import { git, withCheckout } from '../src/checkout.js';
import { noteDependents } from '../src/own-notes.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** @param {string} directory @param {string} bumps the head of a changeset */
const onlyPending = (directory, bumps) => {
  const folder = join(directory, '.changeset');
  for (const name of readdirSync(folder)) if (/^(?!README).*\.md$/u.test(name)) rmSync(join(folder, name));
  writeFileSync(
    join(folder, `change-${'a'.repeat(16)}.md`),
    `---\n${bumps}---\n\nA change.\n\n### New Features\n\n- It is new.\n`,
  );
};

/** @param {string} directory */
const pending = (directory) =>
  readPending(directory).flatMap(({ bumps, summary }) =>
    [...bumps].map(([name, { bump }]) => `${name} ${bump}: ${summary}`),
  );

test('who depends on what leaves its range gets a note, once, that lint accepts', async () => {
  await withCheckout(ROOT, git(ROOT, 'rev-parse', 'HEAD'), (directory) => {
    onlyPending(directory, "'@oslofjord/config': minor\n'@oslofjord/cache': minor\n");
    const noted = ['healthcheck', 'limit', 'metrics', 'policy'].map((name) => `@oslofjord/${name}`);
    expect(noteDependents(directory).sort()).toEqual(noted);
    for (const name of noted) {
      expect(pending(directory)).toContain(`${name} minor: Needs \`@oslofjord/config\` 0.2.0.`);
    }
    const { stdout, stderr } = spawnSync(process.execPath, ['tools/release-notes/src/cli.js', 'lint'], {
      ...{ cwd: directory, encoding: 'utf8' },
    });
    expect(stdout + stderr).not.toContain('.changeset/');
    expect(noteDependents(directory)).toEqual([]);

    onlyPending(directory, "'@oslofjord/policy': minor\n");
    expect(noteDependents(directory)).toEqual([]);
    onlyPending(directory, "'@oslofjord/config': patch\n");
    expect(noteDependents(directory)).toEqual([]);
    return Promise.resolve();
  });
}, 120_000);
