// Ends that nobody planned: Ctrl-C, kill -9, and two runs at once.
import { existsSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { playbook, running, Scratch } from './scratch.ts';

const TRACE = '{{ zuul.project.src_dir }}/trace';

/** A job that runs for long, with all phases; its commands ignore being asked to end. */
const scratchOf = (sleep: string): Scratch =>
  new Scratch(
    `- job:
    name: long
    run: playbooks/long.yaml
    post-run: [playbooks/post.yaml, {name: playbooks/cleanup.yaml, cleanup: true}]
- job: {name: next, run: playbooks/true.yaml, dependencies: long}
- project: {check: {jobs: [long, next]}}`,
    {
      'playbooks/long.yaml': playbook(
        `- shell: setsid sleep ${sleep} & (trap '' TERM; sleep ${sleep}) & echo started >> ${TRACE}; sleep ${sleep}; true`,
      ),
      'playbooks/post.yaml': playbook(`- shell: echo post >> ${TRACE}`),
      'playbooks/cleanup.yaml': playbook(`- shell: echo cleanup >> ${TRACE}`),
    },
  );

const until = async (isTrue: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('it did not happen within 20 seconds');
    await delay(20);
  }
};
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('exit', resolve);
  });
const outputOf = (child: ChildProcess): { text: string } => {
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (output.text += String(chunk)));
  return output;
};

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s cancels: only cleanup runs, and nothing is left behind',
  async (signal) => {
    const sleep = `6${String(['SIGINT', 'SIGTERM', 'SIGHUP'].indexOf(signal))}.125`;
    using scratch = scratchOf(sleep);
    const child = scratch.spawn('--attempts', '3');
    const output = outputOf(child);
    const exit = exitOf(child);
    await until(() => scratch.lines().includes('started'));
    child.kill(signal);
    expect(await exit).toBe(130);
    expect(scratch.lines()).toEqual(['started', 'cleanup']);
    expect(output.text).toContain('- long : CANCELED');
    expect(output.text).toContain('- next : CANCELED');
    expect(running(`sleep ${sleep}`)).toEqual([]);
    expect(scratch.workspaces()).toEqual([]);
  },
);

test('who stops reading the output stops the run', async () => {
  using scratch = scratchOf('64.125');
  const chatty = `- shell: echo started >> ${TRACE}; while sleep 0.1; do echo more; done & sleep 64.125; true`;
  scratch.write('playbooks/long.yaml', playbook(chatty));
  const child = scratch.spawn('-v');
  const exit = exitOf(child);
  await until(() => scratch.lines().includes('started'));
  child.stdout?.destroy();
  expect(await exit).toBe(130);
  expect(running('sleep 64.125')).toEqual([]);
});

test('what a runner leaves that is killed, the next one clears away', async () => {
  using scratch = scratchOf('65.125');
  const child = scratch.spawn();
  const exit = exitOf(child);
  await until(() => scratch.lines().includes('started'));
  child.kill('SIGKILL');
  await exit;
  expect(scratch.workspaces()).toHaveLength(1);
  scratch.write('playbooks/long.yaml', playbook('- command: "true"'));
  expect((await scratch.run()).status).toBe(0);
  expect(running('sleep 65.125')).toEqual([]);
  expect(scratch.workspaces()).toEqual([]);
});

test('two runs in one checkout do not disturb each other', async () => {
  using scratch = new Scratch(
    `${['a', 'b', 'c'].map((name) => `- job: {name: ${name}, run: playbooks/work.yaml}`).join('\n')}
- project: {check: {jobs: [a, b, c]}}`,
    {
      'playbooks/work.yaml': playbook(`- copy: {dest: mine, content: "{{ zuul.build }}"}
- shell: sleep 0.2; cat mine
  register: out
- assert: {that: out.stdout == zuul.build}`),
    },
  );
  const ran = await Promise.all(
    ['one', 'two', 'three'].map((name) => exitOf(scratch.spawn('--report', `reports/${name}`, '-j', '3'))),
  );
  expect(ran).toEqual([0, 0, 0]);
  const all = ['one', 'two', 'three'].flatMap((name) =>
    Object.values(scratch.builds(`reports/${name}`)).map(({ uuid }) => uuid),
  );
  expect(new Set(all).size).toBe(9);
  expect(scratch.workspaces()).toEqual([]);
  const same = await Promise.all([1, 2, 3].map(() => exitOf(scratch.spawn())));
  expect(same).toEqual([0, 0, 0]);
  expect(existsSync(join(scratch.directory, '.cache/zuul/report/index.html'))).toBe(true);
});
