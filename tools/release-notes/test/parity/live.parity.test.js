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

/** @import { Operation } from './replay.js' */

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

/** Asks both. @param {readonly { root: string, words: readonly string[], shown: string }[]} requests */
const compare = async (requests) => {
  const { stdout } = spawnSync(PYTHON, [fileURLToPath(new URL('original.py', import.meta.url))], {
    input: requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const answers = stdout.trimEnd().split('\n');
  expect(answers.length).toBe(requests.length);
  for (const [index, { root, words, shown }] of requests.entries()) {
    const theirs = JSON.parse(answers[index] ?? '');
    const { rc, stdout: ours } = await runReno(words, root);
    expect({ rc, stdout: ours }, `${words.join(' ')} of ${shown}`).toEqual(theirs);
  }
};

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
  expect(requests.length).toBeGreaterThan(histories * 3);
  await compare(requests);
});

/** A note's path. @param {number} number @param {string} [slug] */
const note = (number, slug = 'note') =>
  `releasenotes/notes/${slug}-${number.toString(16).padStart(16, '0')}.yaml`;

/** @type {Readonly<Record<string, { operations: readonly Operation[], commands: readonly (readonly string[])[] }>>} */
const SHAPES = {
  'a merge that drops the only note of a side, where the other side has no folder of notes': {
    operations: [
      ['write', 'code', 'x'],
      ['commit', 'first'],
      ['tag', '1.0.0'],
      ['branch', 'feature'],
      ['write', note(1), 'fixes:\n  - one\n'],
      ['commit', 'note'],
      ['checkout', 'master'],
      ['write', 'code', 'y'],
      ['commit', 'code'],
      ['merge', 'feature', '--no-commit'],
      ['rm', note(1)],
      ['commit', 'merge without the note'],
    ],
    commands: [['list'], ['report']],
  },
  'a branch that the configuration names is no part of the targets of links': {
    operations: [
      ['write', note(1), 'fixes:\n  - one\n'],
      ['write', 'reno.yaml', 'branch: stable/a\n'],
      ['commit', 'note'],
      ['tag', '1.0.0'],
      ['branch', 'stable/a'],
    ],
    commands: [['report'], ['report', '--branch', 'stable/a'], ['list'], ['lint']],
  },
  'a branch that does not exist': {
    operations: [
      ['write', note(1), 'fixes:\n  - one\n'],
      ['write', 'reno.yaml', 'branch: stable/a\n'],
      ['commit', 'note'],
    ],
    commands: [['lint'], ['list'], ['report']],
  },
  'titles whose characters take two units each': {
    operations: [
      [
        'write',
        'reno.yaml',
        'unreleased_version_title: "🎉 soon"\nsections: [["features", "🎉"], ["fixes", "🎉🎉"]]\n',
      ],
      ['write', note(1), 'prelude: hello\nfeatures: [one]\nfixes:\n  - two\n'],
      ['commit', 'note'],
      ['tag', '1.0.0'],
      ['write', note(2), 'fixes:\n  - three\n'],
      ['commit', 'note'],
    ],
    commands: [['report'], ['report', '--title', '🎉 Notes'], ['report', '--title', '']],
  },
  'words that only some parsers take for values, a section written twice, and unprintable characters': {
    operations: [
      ['write', note(1), 'fixes:\n  - y\n  - N\n  - 1e3\nissues: [a]\nissues: [b]\nother: !!set {a b}\n'],
      ['commit', 'note'],
      ['tag', '1.0.0'],
      ['branch', 'other'],
      ['write', note(2), 'fixes:\n  - "a"\n  - b\u0007c\n'],
      ['commit', 'unprintable'],
    ],
    commands: [['report'], ['lint'], ['report', '--branch', 'master']],
  },
  'a number where a text belongs': {
    operations: [
      ['write', note(1), 'fixes: 3\n'],
      ['commit', 'note'],
    ],
    commands: [['list'], ['report'], ['lint']],
  },
  'patterns in the syntax of Python, and options that are empty': {
    operations: [
      [
        'write',
        'reno.yaml',
        'release_tag_re: "(?i)V[]1.0]+(?#digits)"\nbranch: ""\nearliest_version: ""\nunreleased_version_title: ~\n',
      ],
      ['write', note(1), 'fixes: [one]\n'],
      ['commit', 'note'],
      ['tag', 'v1.0.0'],
      ['write', note(2), 'fixes: [two]\n'],
      ['commit', 'note'],
    ],
    commands: [['list'], ['report'], ['lint']],
  },
};

for (const [name, { operations, commands }] of Object.entries(SHAPES)) {
  test.skipIf(reason !== undefined)(`${name}: as the reno of this machine does it`, async () => {
    const root = mkdtempSync(join(folder, 's-'));
    replay(root, operations);
    await compare(commands.map((words) => ({ root, words: [...words], shown: name })));
  });
}
