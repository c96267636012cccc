// One build: its phases, and what it ends with.
import { describe, expect, test } from 'vitest';
import { playbook, running, Scratch } from './scratch.ts';

/** A playbook that tells what it is. */
const says = (word: string): string =>
  playbook(
    `- shell: echo ${word} {{ zuul_success | default('-') }} {{ zuul_will_retry | default('-') }} >> {{ zuul.project.src_dir }}/trace`,
  );
const fails = (word: string): string => `${says(word)}    - command: "false"\n`;

const PHASES = `
- job:
    name: outer
    abstract: true
    pre-run: playbooks/outer-pre.yaml
    post-run: playbooks/outer-post.yaml
- job:
    name: inner
    parent: outer
    pre-run: playbooks/inner-pre.yaml
    run: [playbooks/run-1.yaml, playbooks/run-2.yaml]
    post-run:
      - playbooks/inner-post.yaml
      - {name: playbooks/cleanup.yaml, cleanup: true}
- project: {check: {jobs: [inner]}}
`;
const NAMES = ['outer-pre', 'inner-pre', 'run-1', 'run-2', 'inner-post', 'outer-post', 'cleanup'];

/** The job of three levels, with playbooks that differ from those that only say their name. */
const withPlaybooks = (different: Readonly<Record<string, string>>, jobs = PHASES): Scratch =>
  new Scratch(jobs, {
    ...Object.fromEntries(NAMES.map((name) => [`playbooks/${name}.yaml`, says(name)])),
    ...Object.fromEntries(Object.entries(different).map(([name, text]) => [`playbooks/${name}.yaml`, text])),
  });

describe('phases', () => {
  test('go inwards, run, and go outwards', async () => {
    using scratch = withPlaybooks({});
    expect((await scratch.run()).status).toBe(0);
    expect(scratch.lines()).toEqual([
      'outer-pre - -',
      'inner-pre - -',
      'run-1 - -',
      'run-2 - -',
      'inner-post True False',
      'outer-post True False',
      'cleanup True False',
    ]);
    expect(scratch.builds().inner?.playbooks.map(({ phase }) => phase)).toEqual([
      'pre',
      'pre',
      'run',
      'run',
      'post',
      'post',
      'cleanup',
    ]);
  });

  test('a run playbook that fails is the last one, and post-run is told', async () => {
    using scratch = withPlaybooks({ 'run-1': fails('run-1') });
    expect((await scratch.run()).status).toBe(1);
    expect(scratch.lines().slice(2)).toEqual([
      'run-1 - -',
      'inner-post False False',
      'outer-post False False',
      'cleanup False False',
    ]);
    expect(scratch.results()).toEqual({ inner: 'FAILURE' });
  });

  test('a pre-run playbook that fails is tried again, without what lies deeper', async () => {
    using scratch = withPlaybooks({ 'outer-pre': fails('outer-pre') });
    expect((await scratch.run('--attempts', '2')).status).toBe(1);
    expect(scratch.lines()).toEqual([
      'outer-pre - -',
      'outer-post False True',
      'outer-pre - -',
      'outer-post False False',
    ]);
    expect(scratch.builds().inner).toMatchObject({ result: 'RETRY_LIMIT', attempts: 2 });
  });

  test('a pre-run playbook that works the second time is enough', async () => {
    using scratch = withPlaybooks({
      'inner-pre': `${says('inner-pre')}    - command: test {{ zuul.attempts }} = 2\n`,
    });
    expect((await scratch.run('--attempts', '3')).status).toBe(0);
    expect(scratch.builds().inner).toMatchObject({ result: 'SUCCESS', attempts: 2 });
  });

  test('a pre-run playbook may forbid to try again', async () => {
    using scratch = withPlaybooks({
      'inner-pre': playbook('- zuul_return: {data: {zuul: {retry: false}}}\n- command: "false"'),
    });
    expect((await scratch.run('--attempts', '3')).status).toBe(1);
    expect(scratch.builds().inner).toMatchObject({ result: 'FAILURE', attempts: 1 });
  });

  test('a post-run playbook that fails makes it POST_FAILURE, after a failure, too', async () => {
    using scratch = withPlaybooks({ 'inner-post': fails('inner-post') });
    expect((await scratch.run()).status).toBe(1);
    expect(scratch.results()).toEqual({ inner: 'POST_FAILURE' });
    expect(scratch.lines()).toContain('outer-post True False');
    using both = withPlaybooks({ 'run-2': fails('run-2'), 'inner-post': fails('inner-post') });
    await both.run();
    expect(both.results()).toEqual({ inner: 'POST_FAILURE' });
  });

  test('cleaning up that fails changes nothing', async () => {
    using scratch = withPlaybooks({ cleanup: fails('cleanup') });
    expect((await scratch.run()).status).toBe(0);
    expect(scratch.lines().at(-1)).toBe('cleanup True False');
  });

  test('a playbook outside the subset fails and says why', async () => {
    using scratch = withPlaybooks({ 'run-1': playbook('- ansible.builtin.apt: {name: x}') });
    expect((await scratch.run()).status).toBe(1);
    expect(scratch.log('inner')).toContain(
      'run-1.yaml:4: the module "ansible.builtin.apt" is not in the subset',
    );
  });
});

describe('time', () => {
  const limited = (timeout: number): string =>
    PHASES.replace('parent: outer', `parent: outer\n    timeout: ${String(timeout)}\n    post-timeout: 1`);

  test('is one clock for pre-run and run, and what runs is stopped with all its children', async () => {
    const sleep = playbook('- shell: sleep 0.7');
    const long = playbook('- shell: (trap "" TERM; sleep 61.5) & sleep 61.5; echo end');
    using scratch = withPlaybooks(
      { 'outer-pre': sleep, 'inner-pre': sleep, 'run-1': long, 'inner-post': fails('inner-post') },
      limited(2),
    );
    const start = Date.now();
    expect((await scratch.run()).status).toBe(1);
    expect(Date.now() - start).toBeLessThan(10_000);
    // A failing post-run playbook does not hide it.
    expect(scratch.results()).toEqual({ inner: 'TIMED_OUT' });
    expect(scratch.lines()).toContain('outer-post False False');
    expect(scratch.log('inner')).toContain('RUN END RESULT_TIMED_OUT');
    expect(running('sleep 61.5')).toEqual([]);
  }, 30_000);

  test('of a pre-run playbook that is up means another try', async () => {
    using scratch = withPlaybooks({ 'outer-pre': playbook('- shell: sleep 30') }, limited(1));
    await scratch.run('--attempts', '2');
    expect(scratch.builds().inner).toMatchObject({ result: 'RETRY_LIMIT', attempts: 2 });
  }, 30_000);

  test('of a post-run playbook is its own', async () => {
    using scratch = withPlaybooks({ 'inner-post': playbook('- shell: sleep 30') }, limited(20));
    await scratch.run();
    expect(scratch.results()).toEqual({ inner: 'POST_FAILURE' });
    expect(scratch.lines()).toContain('outer-post True False');
  }, 30_000);
});

describe('a job', () => {
  test('fails by what its output says', async () => {
    using scratch = new Scratch(
      `- job: {name: a, run: playbooks/a.yaml, failure-output: 'panic: \\d+'}
- job: {name: b, run: playbooks/b.yaml, failure-output: 'panic: \\d+'}
- project: {check: {jobs: [a, b]}}`,
      {
        'playbooks/a.yaml': playbook('- shell: "echo oh, panic: 17"'),
        'playbooks/b.yaml': playbook('- shell: "echo panic: no"'),
      },
    );
    expect((await scratch.run()).status).toBe(1);
    expect(scratch.results()).toEqual({ a: 'FAILURE', b: 'SUCCESS' });
  });

  test('sees variables in this order: the command line, extra-vars, its own, the project’s, what it depends on returned', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const set = (count: number, from: string): string =>
      names
        .slice(0, count)
        .map((name) => `${name}: ${from}`)
        .join(', ');
    using scratch = new Scratch(
      `- job: {name: first, run: playbooks/first.yaml}
- job:
    name: second
    run: playbooks/second.yaml
    dependencies: first
    extra-vars: {${set(2, 'extra')}}
    vars: {${set(3, 'job')}}
- project:
    vars: {${set(4, 'project')}}
    check: {jobs: [first, second]}`,
      {
        'playbooks/first.yaml': playbook(`- zuul_return: {data: {${set(5, 'returned')}}}`),
        'playbooks/second.yaml': playbook(
          `- shell: echo {{ a }} {{ b }} {{ c }} {{ d }} {{ e }} > {{ zuul.project.src_dir }}/trace`,
        ),
      },
    );
    await scratch.run('--vars', 'a=line');
    expect(scratch.lines()).toEqual(['line extra job project returned']);
  });

  test('knows what Zuul tells a job', async () => {
    using scratch = new Scratch(
      `- job: {name: a, run: playbooks/a.yaml, tags: [x], voting: false, timeout: 50}
- job: {name: b, run: playbooks/true.yaml, dependencies: a}
- project: {check: {jobs: [a, b]}}`,
      {
        'playbooks/a.yaml': playbook(
          `- copy: {dest: "{{ zuul.project.src_dir }}/zuul.json", content: "{{ zuul | to_json }}"}`,
        ),
      },
    );
    await scratch.run();
    const zuul = JSON.parse(scratch.read('zuul.json')) as Record<string, unknown>;
    expect(zuul).toMatchObject({
      job: 'a',
      pipeline: 'check',
      tenant: 'local',
      branch: 'main',
      voting: false,
      timeout: 50,
      attempts: 1,
      max_attempts: 1,
      jobtags: ['x'],
      child_jobs: ['b'],
      post_review: false,
      project: {
        name: 'own',
        short_name: 'own',
        canonical_name: 'git.example.com/own',
        src_dir: scratch.directory,
      },
    });
    for (const name of [
      'build',
      'buildset',
      'event_id',
      'executor',
      'items',
      'projects',
      'ref',
      'change',
      'artifacts',
      'playbook_context',
    ])
      expect(zuul).toHaveProperty(name);
    expect(scratch.read('.cache/zuul/report/logs/a/zuul-info/inventory.yaml')).toContain('job: a');
  });

  test('returns artifacts, and what it says merges', async () => {
    using scratch = new Scratch(`- job: {name: a, run: playbooks/a.yaml}\n- project: {check: {jobs: [a]}}`, {
      'playbooks/a.yaml':
        playbook(`- zuul_return: {data: {zuul: {artifacts: [{name: x, url: u}]}, deep: {a: 1}}}
- zuul_return: {data: {zuul: {artifacts: [{name: y, url: v}]}, deep: {b: 2}}}`),
    });
    await scratch.run();
    expect(scratch.builds().a).toMatchObject({
      artifacts: [{ name: 'x' }, { name: 'y' }],
      returned: { deep: { a: 1, b: 2 } },
    });
  });

  test('goes on when a command has ended, whatever its background still says', async () => {
    using scratch = new Scratch(
      `- job: {name: a, run: playbooks/a.yaml, timeout: 20}\n- project: {check: {jobs: [a]}}`,
      {
        'playbooks/a.yaml': playbook(`- shell: (while sleep 0.03; do echo more; done) & echo begun
- command: echo next`),
      },
    );
    expect((await scratch.run()).status).toBe(0);
    expect(scratch.log('a')).toContain('node | next');
  });

  test('leaves nothing running, whatever group or session it is in', async () => {
    using scratch = new Scratch(`- job: {name: a, run: playbooks/a.yaml}\n- project: {check: {jobs: [a]}}`, {
      'playbooks/a.yaml':
        playbook(`- shell: setsid sh -c 'echo $$ > {{ zuul.project.src_dir }}/pid; exec sleep 62.5' > /dev/null 2>&1 &
- wait_for: {path: "{{ zuul.project.src_dir }}/pid", timeout: 5}`),
    });
    await scratch.run();
    expect(scratch.log('a')).toContain('Stopped a process that was left: sleep 62.5');
    expect(running('sleep 62.5')).toEqual([]);
  });
});

describe('include-vars', () => {
  const JOB = `
- job: {name: j, run: playbooks/run.yaml, vars: {own: job}, include-vars: [vars/a.yaml, {name: b.yaml, required: false}]}
- project: {check: {jobs: [j]}, vars: {other: project}}
`;
  const RUN = says('{{ own }} {{ other }} {{ more }}');

  test('count less than what job and project say', async () => {
    using scratch = new Scratch(JOB, {
      'playbooks/run.yaml': RUN,
      'vars/a.yaml': 'own: file\nother: file\nmore: file\n',
    });
    expect((await scratch.run()).output).toContain('SUCCESS');
    expect(scratch.lines()).toEqual(['job project file - -']);
  });

  test('that are not there are an error that says which and what to do', async () => {
    using scratch = new Scratch(JOB, { 'playbooks/run.yaml': RUN });
    expect((await scratch.run()).status).toBe(1);
    expect(scratch.results()).toEqual({ j: 'ERROR' });
    expect(scratch.log('j')).toContain(
      'include-vars of j: vars/a.yaml of own cannot be read; add it, or say `required: false`',
    );
  });
});
