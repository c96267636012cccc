// Every playbook of this repository under both engines, with scripts in the checkout that only say how they are called;
// and whole jobs.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { programMissing } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { both, outcomeOf } from './both-engines.ts';
import { playbook, Scratch } from './scratch.ts';

const missing = await programMissing('ansible-playbook', ['ansible-core']);
const ROOT = join(import.meta.dirname, '../../../..');
const playbooks = ['playbooks', 'tools/zuul/config-project/playbooks'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/u.test(path) && !/(?:^|\/)(?:roles|tasks|vars)\//u.test(path))
    .map((path) => join(folder, path)),
);
const checkout = mkdtempSync(join(tmpdir(), 'zuul-stubs-'));

beforeAll(() => {
  const script = `console.log(process.argv.slice(2).join(' '), process.env.CI);\nprocess.exitCode = process.argv.includes('fail') ? 3 : 0;\n`;
  const scripts = readdirSync(join(ROOT, 'tools/workspace')).filter((name) => name.endsWith('.js'));
  for (const path of [
    ...scripts.map((name) => `tools/workspace/${name}`),
    'node_modules/nx/dist/bin/nx.js',
    'tools/zuul/src/cli.js',
    'tools/release-notes/src/cli.js',
  ]) {
    mkdirSync(join(checkout, dirname(path)), { recursive: true });
    writeFileSync(join(checkout, path), script);
  }
  mkdirSync(join(checkout, '.cache/site'), { recursive: true });
  writeFileSync(join(checkout, '.cache/site/index.html'), '');
});
afterAll(() => {
  rmSync(checkout, { recursive: true, force: true });
});

const zuul = {
  job: 'a-job',
  project: { name: 'own', src_dir: checkout },
  executor: { log_root: join(checkout, 'logs'), work_root: checkout },
};
/** What jobs say, and the least that they may say. */
const VARIABLES = {
  plenty: {
    ...{
      ci: 'false',
      zuul_success: 'True',
      targets: ['lint', 'build'],
      since: 'main',
      commands: ['echo one', 'node --version'],
    },
    ...{
      projects: ['packages/a', 'tools/b'],
      tests: ['test/a/**'],
      without: ['test/b/**'],
      node_version: '22',
      property_runs: '20',
    },
  },
  little: {
    zuul_success: 'False',
    targets: ['fail'],
    since: '',
    commands: [],
    projects: [],
    tests: [],
    without: [],
    node_version: '',
  },
};

describe.skipIf(missing !== undefined)('both engines', () => {
  test('there are playbooks', () => {
    expect(playbooks.length).toBeGreaterThanOrEqual(6);
  });

  const cases = playbooks.flatMap((path) => {
    const hasConditions = readFileSync(join(ROOT, path), 'utf8').includes(' if ');
    return (hasConditions ? (['plenty', 'little'] as const) : (['plenty'] as const)).map(
      (kind) => [path, kind] as const,
    );
  });
  test.each(cases)('%s, told %s', async (path, kind) => {
    const [ours, theirs] = await Promise.all(
      [both.native, both.ansible].map((engine) => {
        const extraVars = { zuul, ...VARIABLES[kind], docs_root: join(checkout, `docs-${engine.name}`) };
        return outcomeOf(engine, join(ROOT, path), { extraVars });
      }),
    );
    expect(JSON.parse(JSON.stringify(ours).replaceAll('docs-native', 'docs'))).toEqual(
      JSON.parse(JSON.stringify(theirs).replaceAll('docs-ansible', 'docs')),
    );
  });

  test('whole jobs end alike, and are told of alike', async () => {
    using scratch = new Scratch(
      `- job: {name: good, run: playbooks/good.yaml, pre-run: playbooks/true.yaml}
- job: {name: bad, run: playbooks/bad.yaml, post-run: playbooks/post.yaml}
- job: {name: slow, run: playbooks/slow.yaml, timeout: 4}
- job: {name: tried, run: playbooks/true.yaml, pre-run: playbooks/second.yaml, attempts: 2}
- job: {name: seen, run: playbooks/good.yaml, failure-output: 'from.the.good'}
- job: {name: after, run: playbooks/after.yaml, dependencies: good}
- project: {check: {jobs: [good, bad, slow, tried, seen, after]}}`,
      {
        'playbooks/good.yaml': playbook(
          '- command: echo from the good one\n- zuul_return: {data: {answer: 42, zuul: {artifacts: [{name: a, url: b}]}}}',
        ),
        'playbooks/bad.yaml': playbook('- command: "false"'),
        'playbooks/post.yaml': playbook('- debug: {msg: "success {{ zuul_success }}"}'),
        'playbooks/slow.yaml': playbook('- command: sleep 63.25'),
        'playbooks/second.yaml': playbook('- command: test {{ zuul.attempts }} = 2'),
        'playbooks/after.yaml': playbook('- assert: {that: answer == 42}'),
      },
    );
    const seen = async (engine: string): Promise<unknown> => {
      const { status } = await scratch.run('--engine', engine, '-j', '2');
      const jobs = Object.values(scratch.builds()).map(
        ({ job_name: name, result, attempts, returned, artifacts, playbooks: played }) => ({
          name,
          result,
          attempts,
          returned,
          artifacts,
          played: played.map(({ phase, ending }) => `${phase} ${ending}`),
        }),
      );
      return {
        status,
        jobs,
        log: scratch.log('bad').includes('node | success False'),
        workspaces: scratch.workspaces(),
      };
    };
    const ours = await seen('native');
    expect(ours).toMatchObject({ status: 1, log: true, workspaces: [] });
    expect(await seen('ansible')).toEqual(ours);
    expect(scratch.results()).toEqual({
      good: 'SUCCESS',
      bad: 'FAILURE',
      slow: 'TIMED_OUT',
      tried: 'SUCCESS',
      seen: 'FAILURE',
      after: 'SUCCESS',
    });
  }, 120_000);
});
