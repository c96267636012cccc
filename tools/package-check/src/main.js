// Checks the package in the current directory as its users get it, and ends with status 1 where something is wrong.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeConsumer } from './consumer.js';
import { contentProblems, leakProblems } from './contents.js';
import { effectProblems, importProblems } from './importing.js';
import { reproductionProblems } from './reproducible.js';
import { typeProblems } from './types.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * What one of the published checkers reports of the tarball.
 * @param {string} path of its executable below node_modules
 * @param {string[]} words of its command line
 */
const reported = (path, words) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules', path), ...words],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? [] : [`${words.join(' ')}:\n${stdout}${stderr}`];
};

const consumer = makeConsumer(ROOT, process.cwd());
try {
  const problems = contentProblems(consumer.files, consumer.manifest);
  // What is incomplete cannot be tried.
  if (problems.length === 0) {
    problems.push(
      ...leakProblems(consumer, ROOT.replace(/\/$/, '')),
      ...reported('publint/src/cli.js', ['run', consumer.tarball, '--strict']),
      ...reported('@arethetypeswrong/cli/dist/index.js', [
        consumer.tarball,
        '--profile',
        'esm-only',
        '--no-emoji',
      ]),
      ...importProblems(consumer),
      ...(await effectProblems(consumer)),
      ...typeProblems(consumer, ROOT),
      ...reproductionProblems(ROOT, process.cwd()),
    );
  }
  for (const problem of problems) console.error(`✗ ${problem}`);
  if (problems.length === 0) {
    console.log(
      `${consumer.manifest.name}: ${String(consumer.files.length)} files, ${String(consumer.entries.length)} entries, no problem`,
    );
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  consumer.remove();
}
