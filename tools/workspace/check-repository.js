// What no single project can check: unused code, versions that differ between manifests, links, and names that have no
// place in the repository.
import { spawnSync } from 'node:child_process';
import { linkProblems } from './src/links.js';
import { manifestProblems } from './src/manifests.js';
import { ROOT } from './setup.js';
import { trackedFiles } from './src/tracked-files.js';

/** @param {string} name of the check @param {string} bin below node_modules @param {string[]} words */
const tool = (name, bin, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${ROOT}/node_modules/${bin}`, ...words], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return status === 0 ? [] : [`${name}:\n${stdout}${stderr}`];
};

const files = trackedFiles(ROOT);
const problems = [
  ...tool('unused code', 'knip/bin/knip.js', ['--no-progress', '--no-config-hints']),
  ...tool('versions', 'sherif/index.js', ['--fail-on-warnings', '-r', 'root-package-dependencies']),
  ...tool('release notes', '../tools/release-notes/src/cli.js', ['lint']),
  ...tool('pages of release notes', '../tools/release-notes/src/cli.js', ['pages', '--check']),
  ...linkProblems(ROOT, files),
  ...manifestProblems(ROOT, files),
];
for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length === 0) console.log(`${String(files.length)} files, no problem`);
process.exitCode = problems.length === 0 ? 0 : 1;
