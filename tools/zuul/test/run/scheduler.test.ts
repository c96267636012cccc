// Which jobs run, when, and what the whole comes to.
import { describe, expect, test } from 'vitest';
import { playbook, Scratch } from './scratch.ts';

const TRACE = '{{ zuul.project.src_dir }}/trace';
/** Tells when a job starts and ends. */
const traced = (seconds = 0.2): string =>
  playbook(
    `- shell: echo start {{ zuul.job }} >> ${TRACE}; sleep ${String(seconds)}; echo end {{ zuul.job }} >> ${TRACE}`,
  );

/** Jobs of one playbook each, and what the project says of them. */
const scratchOf = (
  jobs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
  failFast = false,
): Scratch =>
  new Scratch(
    `${Object.entries(jobs)
      .map(([name, attributes]) => `- job: {name: ${name}, ${attributes}}`)
      .join(
        '\n',
      )}\n- project: {check: {fail-fast: ${String(failFast)}, jobs: [${Object.keys(jobs).join(', ')}]}}\n`,
    { 'playbooks/traced.yaml': traced(), ...files },
  );
const GOOD = 'run: playbooks/true.yaml';
const BAD = 'run: playbooks/false.yaml';
const TRACED = 'run: playbooks/traced.yaml';

/** How many ran at most at the same time. */
const atOnce = (lines: readonly string[]): number => {
  let now = 0;
  let most = 0;
  for (const line of lines) {
    now += line.startsWith('start') ? 1 : -1;
    most = Math.max(most, now);
  }
  return most;
};

describe('the graph', () => {
  test('runs a job after what it depends on, and skips it when that fails', async () => {
    using scratch = scratchOf({
      a: GOOD,
      b: `${BAD}, dependencies: a`,
      c: `${GOOD}, dependencies: [b]`,
      d: `${GOOD}, dependencies: [{name: b, soft: true}]`,
    });
    const { status, output } = await scratch.run();
    expect(status).toBe(1);
    expect(scratch.results()).toEqual({ a: 'SUCCESS', b: 'FAILURE', c: 'SKIPPED', d: 'SKIPPED' });
    expect(output).toMatch(
      /Build failed\.\n\n- a : SUCCESS in \d+s\n- b : FAILURE in \d+s\n- c : SKIPPED Skipped due to failed job b\n/u,
    );
  });

  test('takes a non-voting job as it comes', async () => {
    using scratch = scratchOf({ a: `${BAD}, voting: false`, b: GOOD });
    const { status, output } = await scratch.run();
    expect(status).toBe(0);
    expect(output).toMatch(/- a : FAILURE in \d+s \(non-voting\)/u);
  });

  test('skips what a job does not ask for', async () => {
    using scratch = scratchOf(
      {
        a: 'run: playbooks/a.yaml',
        b: `${GOOD}, dependencies: a`,
        c: `${GOOD}, dependencies: a`,
        d: `${GOOD}, dependencies: c`,
      },
      { 'playbooks/a.yaml': playbook('- zuul_return: {data: {zuul: {child_jobs: [b]}}}') },
    );
    expect((await scratch.run()).status).toBe(0);
    expect(scratch.results()).toEqual({ a: 'SUCCESS', b: 'SUCCESS', c: 'SKIPPED', d: 'SKIPPED' });
    expect(scratch.builds().d?.reason).toBe('Skipped due to child_jobs return value in job a');
  });

  test('lets a job wait for those that depend on it, and gives them what it returned', async () => {
    using scratch = scratchOf(
      {
        server: 'run: playbooks/server.yaml, post-run: playbooks/stop.yaml',
        client: 'run: playbooks/client.yaml, dependencies: server',
      },
      {
        'playbooks/server.yaml': playbook(
          `- shell: echo up >> ${TRACE}\n- zuul_return: {data: {zuul: {pause: true}, port: 8080}}`,
        ),
        'playbooks/stop.yaml': playbook(`- shell: echo down >> ${TRACE}`),
        'playbooks/client.yaml': playbook(`- shell: echo "talks to {{ port }}" >> ${TRACE}`),
      },
    );
    expect((await scratch.run('-j', '1')).status).toBe(0);
    expect(scratch.lines()).toEqual(['up', 'talks to 8080', 'down']);
  });

  test('cancels the others when the first voting job fails, if it is asked to', async () => {
    const slow = { 'playbooks/slow.yaml': playbook('- shell: sleep 30') };
    using asked = scratchOf({ a: 'run: playbooks/slow.yaml', b: BAD, c: `${GOOD}, dependencies: a` }, slow);
    expect((await asked.run('--fail-fast', '-j', '2')).status).toBe(1);
    expect(asked.results()).toEqual({ a: 'CANCELED', b: 'FAILURE', c: 'CANCELED' });
    using written = scratchOf({ a: 'run: playbooks/slow.yaml', b: BAD }, slow, true);
    await written.run('-j', '2');
    expect(written.results()).toEqual({ a: 'CANCELED', b: 'FAILURE' });
  });

  test('says so when a paused job holds what those need that it waits for', async () => {
    using scratch = scratchOf(
      {
        server: 'run: playbooks/server.yaml, semaphores: one',
        client: `${GOOD}, dependencies: server, semaphores: one`,
      },
      { 'playbooks/server.yaml': playbook('- zuul_return: {data: {zuul: {pause: true}}}') },
    );
    await expect(scratch.run()).rejects.toThrow(
      'server paused and holds a semaphore that client needs, so neither can go on',
    );
    expect(scratch.workspaces()).toEqual([]);
  });

  test('runs the built-in job that does nothing', async () => {
    using scratch = new Scratch('- project: {check: {jobs: [noop]}}');
    expect((await scratch.run()).status).toBe(0);
    expect(scratch.results()).toEqual({ noop: 'SUCCESS' });
  });
});

describe('how many run at a time', () => {
  const four = { a: TRACED, b: TRACED, c: TRACED, d: TRACED };

  test('is what -j says', async () => {
    using three = scratchOf(four);
    await three.run('-j', '3');
    expect(atOnce(three.lines())).toBe(3);
    using one = scratchOf(four);
    await one.run('-j', '1');
    expect(atOnce(one.lines())).toBe(1);
  });

  test('is what a semaphore says', async () => {
    using two = scratchOf(
      Object.fromEntries(Object.entries(four).map(([name, run]) => [name, `${run}, semaphores: two`])),
    );
    await two.run('-j', '4');
    expect(atOnce(two.lines())).toBe(2);
    using unknown = scratchOf(
      Object.fromEntries(
        Object.entries(four).map(([name, run]) => [name, `${run}, semaphores: not-defined`]),
      ),
    );
    await unknown.run('-j', '4');
    expect(atOnce(unknown.lines())).toBe(1);
  });

  test('lets nobody hold one of two semaphores and wait for the other', async () => {
    using scratch = scratchOf({
      a: `${TRACED}, semaphores: [one, two]`,
      b: `${TRACED}, semaphores: [two, one]`,
      c: `${TRACED}, semaphores: two`,
    });
    expect((await scratch.run('-j', '3')).status).toBe(0);
    expect(scratch.lines()).toHaveLength(6);
  });

  test('is kept for playbooks with semaphores of their own', async () => {
    using scratch = new Scratch(
      `${['a', 'b', 'c'].map((name) => `- job: {name: ${name}, run: {name: playbooks/traced.yaml, semaphores: one}}`).join('\n')}
- project: {check: {jobs: [a, b, c]}}`,
      { 'playbooks/traced.yaml': traced() },
    );
    await scratch.run('-j', '3');
    expect(atOnce(scratch.lines())).toBe(1);
  });
});

describe('the command line', () => {
  const jobs = { a: TRACED, b: `${TRACED}, dependencies: a`, c: TRACED };

  test('names jobs, which run with what they need', async () => {
    using scratch = scratchOf(jobs);
    expect((await scratch.run('b')).status).toBe(0);
    expect(scratch.lines()).toEqual(['start a', 'end a', 'start b', 'end b']);
  });

  test('may leave that out', async () => {
    using scratch = scratchOf(jobs);
    await scratch.run('b', '--no-deps');
    expect(scratch.lines()).toEqual(['start b', 'end b']);
  });

  test('may only ask what would run', async () => {
    using scratch = scratchOf(jobs);
    const { status, output } = await scratch.run('--dry-run');
    expect(status).toBe(0);
    expect(output).toContain('- b, after a: playbooks/traced.yaml');
    expect(scratch.lines()).toEqual([]);
  });

  test('is told of names, numbers and files that are wrong', async () => {
    using scratch = scratchOf(jobs);
    await expect(scratch.run('nowhere')).rejects.toThrow('This item does not run "nowhere". It runs a, b, c');
    await expect(scratch.run('-j', '0')).rejects.toThrow('-j takes a number from 1, not "0"');
    await expect(scratch.run('--vars', 'x')).rejects.toThrow('--vars takes NAME=VALUE, not "x"');
    await expect(scratch.run('--engine', 'other')).rejects.toThrow(
      '--engine is native or ansible, not "other"',
    );
    await expect(scratch.run('--report', '.')).rejects.toThrow('holds something other than a report');
    await expect(scratch.run('--secrets', 'nowhere')).rejects.toThrow('--secrets');
  });

  test('ends with 2 for a configuration that is wrong', async () => {
    using scratch = scratchOf({ a: 'run: playbooks/nowhere.yaml' });
    await expect(scratch.run()).rejects.toThrow(
      'The job a has the playbook playbooks/nowhere.yaml of own, which does not exist',
    );
    const child = scratch.spawn();
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(2);
    using broken = new Scratch('- job: {name: a, no-such-attribute: 1}\n- project: {check: {jobs: []}}');
    await expect(broken.run()).rejects.toThrow('no-such-attribute');
  });

  test('shows all output, or the end of what failed', async () => {
    const files = {
      'playbooks/a.yaml': playbook('- shell: echo seen by all'),
      'playbooks/b.yaml': playbook('- shell: echo the reason; exit 3'),
    };
    using scratch = scratchOf({ a: 'run: playbooks/a.yaml', b: 'run: playbooks/b.yaml' }, files);
    const quiet = await scratch.run();
    expect(quiet.output).not.toContain('seen by all');
    expect(quiet.output).toContain('node | the reason');
    expect(quiet.output).toContain('failed: non-zero return code (status 3)');
    expect((await scratch.run('-v')).output).toContain('a | node | seen by all');
  });

  test('keeps the folders of the jobs when asked to', async () => {
    using scratch = scratchOf({ a: GOOD });
    await scratch.run();
    expect(scratch.workspaces()).toEqual([]);
    await scratch.run('--keep-workspace');
    expect(scratch.workspaces()).toHaveLength(1);
    await scratch.run();
    expect(scratch.workspaces()).toHaveLength(1);
  });
});
