// The installed reno and ours on the same random histories; PROPERTY_RUNS multiplies them, PROPERTY_SEED repeats a run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runReno } from '../../src/reno/commands.js';
import { makeHistory, randomOf } from './generate.js';
import { replay } from './replay.js';

const reason = await originalsMissing({ reno: '2.11.2' }, ['python3-reno']);
const histories = 20 * Number(process.env['PROPERTY_RUNS'] ?? 1);
const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** @type {string} */
let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oslofjord-histories-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const title = `random histories are listed, reported and linted as the reno of this machine does it${reason === undefined ? '' : ` (skipped: ${reason})`}`;
test.skipIf(reason !== undefined)(title, { timeout: 60_000 + histories * 5000 }, async () => {
  const random = randomOf(seed);
  /** @type {{ root: string, words: string[], shown: string }[]} */
  const requests = [];
  for (let index = 0; index < histories; index += 1) {
    const operations = makeHistory(random, 10 + Math.floor(random() * 40));
    const root = mkdtempSync(join(folder, 'h-'));
    try {
      replay(root, operations);
    } catch {
      // A merge that git does not resolve makes no history.
      continue;
    }
    const branches = operations.flatMap(([name, branch = '']) =>
      name === 'branch' && branch.startsWith('stable/') ? [branch] : [],
    );
    for (const words of [
      ['list'],
      ['list', '--no-collapse-pre-releases'],
      ['report'],
      ['report', '--no-show-source', '--no-stop-at-branch-base'],
      ['lint'],
      ...branches.map((branch) => ['report', '--branch', branch]),
    ]) {
      requests.push({ root, words, shown: `PROPERTY_SEED=${String(seed)}: ${JSON.stringify(operations)}` });
    }
  }
  const { stdout } = spawnSync(PYTHON, [fileURLToPath(new URL('original.py', import.meta.url))], {
    input: requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const answers = stdout.trimEnd().split('\n');
  expect(answers.length).toBe(requests.length);
  expect(requests.length).toBeGreaterThan(histories * 3);
  for (const [index, { root, words, shown }] of requests.entries()) {
    const theirs = JSON.parse(answers[index] ?? '');
    const { rc, stdout: ours } = await runReno(words, root);
    expect({ rc, stdout: ours }, `${words.join(' ')} of ${shown}`).toEqual(theirs);
  }
});
