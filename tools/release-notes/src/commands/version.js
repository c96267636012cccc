import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordSurface } from '../api/published.js';
import { surfaceOf } from '../api/surface.js';
import { archivePending } from '../archive/archive.js';
import { readPending } from '../changesets/pending.js';
import { run as check } from './check.js';
import { lintWorkspace } from '../lint-workspace.js';
import { formatProblems, hasErrors } from '../problems.js';
import { writePages } from '../pages/pages.js';
import { pendingBump } from '../releases/release.js';
import { bumped } from '../versions.js';
import { Workspace } from '../workspace.js';

/** @import { Surroundings } from '../cli.js' */

const USAGE = `release-notes version [options]: makes what a release commit holds

  lint and check, notes into the archives, \`changeset version\`, package-lock.json, pages. What was done stays done when
  a step fails; the same command goes on.

  --no-check      leaves out the comparison of the public API, which needs built packages
  --no-lock       leaves package-lock.json as it is
  --offline       compares with what the last release recorded, without asking the registry
  --against PATH  what the public API is compared with, as \`check\` has it
`;

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, surroundings) => {
  const { cwd, stdout, stderr } = surroundings;
  const { values } = parseArgs({
    args: words,
    options: {
      'no-check': { type: 'boolean' },
      'no-lock': { type: 'boolean' },
      against: { type: 'string' },
      offline: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    stdout.write(USAGE);
    return 0;
  }
  const problems = lintWorkspace(cwd);
  stderr.write(formatProblems(problems, 'text'));
  if (hasErrors(problems)) return 1;
  if (values['no-check'] !== true) {
    const status = await check(
      [
        ...(values.against === undefined ? [] : ['--against', values.against]),
        ...(values.offline ? ['--offline'] : []),
      ],
      surroundings,
    );
    if (status !== 0) return status;
  }
  const before = Workspace.around(cwd);
  const { root } = before;
  const changesets = readPending(root);
  if (changesets.length === 0) {
    stderr.write('release-notes version: nothing is pending; every version stays as it is\n');
    return 0;
  }
  for (const file of archivePending(before)) stdout.write(`${file}\n`);

  const changeset = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
  const versioned = spawnSync(process.execPath, [changeset, 'version'], { cwd: root, encoding: 'utf8' });
  if (versioned.status !== 0) {
    stderr.write(`changeset version failed:\n${versioned.stdout}${versioned.stderr}`);
    return 1;
  }
  const after = new Workspace(root);
  for (const old of before.published) {
    const { name, version } = after.get(old.name);
    if (version !== old.version) stdout.write(`${name} ${old.version} → ${version}\n`);
    const expected = bumped(old.version, pendingBump(old, changesets));
    if (pendingBump(old, changesets) !== 'none' && version !== expected) {
      stderr.write(
        `${name} became ${version}, and its archived notes say ${expected}; set the first lines of the new files in ${old.folder}/releasenotes/notes right\n`,
      );
      return 1;
    }
  }
  if (values['no-lock'] !== true) {
    const locked = spawnSync('npm', ['install', '--package-lock-only', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (locked.status !== 0) {
      stderr.write(`npm install --package-lock-only failed; run it again by hand:\n${locked.stderr}`);
      return 1;
    }
  }
  if (values['no-check'] !== true) {
    for (const each of after.published) {
      if (each.version === before.get(each.name).version) continue;
      stdout.write(`${recordSurface(root, each, surfaceOf(join(root, each.folder)))}\n`);
    }
  }
  for (const file of await writePages(after)) stdout.write(`${file}\n`);
  return 0;
};
