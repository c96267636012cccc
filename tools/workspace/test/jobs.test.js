// `npm run affected` and `npm test` in a clone: jobs run, and their tests are counted.
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../setup.js';
import { makeScratch } from '../src/scratch.js';

/** @type {ReturnType<typeof makeScratch>} */
let scratch;
beforeAll(() => {
  scratch = makeScratch(ROOT);
}, 60_000);
afterAll(() => {
  scratch.remove();
});

/** @param {string[]} words */
const node = (...words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: scratch.directory,
    encoding: 'utf8',
    env: {
      ...process.env,
      NX_BASE: 'main',
      VITEST: undefined,
      NODE_OPTIONS: undefined,
      FORCE_COLOR: '0',
      NO_COLOR: '1',
    },
    maxBuffer: 2 ** 26,
  });
  return { status, stderr, stdout, lastLine: stdout.trimEnd().split('\n').at(-1) };
};

test('nothing runs where nothing differs', () => {
  expect(node('tools/workspace/affected.js')).toMatchObject({
    status: 0,
    lastLine: 'Nothing to run: no file differs from main',
  });
});

test(
  'a change runs the projects that it concerns, and the count says what failed',
  { timeout: 240_000 },
  () => {
    appendFileSync(
      join(scratch.directory, 'tools/parity/test/serve.test.js'),
      "\ntest('one that fails', () => { expect(1).toBe(2); });\n",
    );
    const { status, stdout, lastLine } = node(
      'tools/workspace/affected.js',
      'unit-node20-tools',
      'lint',
      '--attempts',
      '1',
    );
    expect(lastLine).toMatch(/^[1-9]\d* passed, 2 failed$/u);
    expect(status).toBe(1);
    // The lint of the project that the line above spoils; none of a project that does not read it.
    expect(stdout).toContain('- @oslofjord/parity:lint');
    expect(stdout).not.toContain('@oslofjord/cache:lint');
    scratch.git('checkout', '--', '.');
  },
);

test(
  'words of npm test go to the runner, and a job without tests that fails counts',
  { timeout: 120_000 },
  () => {
    appendFileSync(
      join(scratch.directory, 'zuul.d/10-jobs.yaml'),
      '\n- job: {name: lonely, run: gone.yaml}\n',
    );
    const { status, lastLine } = node('tools/workspace/test.js', '--fail-fast', '-j', '1');
    expect(lastLine).toMatch(/^\d+ passed, [1-9]\d* failed$/u);
    expect(status).toBe(1);
    scratch.git('checkout', '--', '.');
  },
);
