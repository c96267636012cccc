// The report: files in Zuul's shapes, JUnit that a parser takes, and a page that needs nothing else.
import { execFileSync } from 'node:child_process';
import { programMissing } from '@oslofjord/services';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { playbook, Scratch } from './scratch.ts';

const missing = await programMissing('python3');
const REPORT = '.cache/zuul/report';
const scratch = new Scratch(
  `- job: {name: good, run: playbooks/good.yaml}
- job: {name: bad, run: playbooks/bad.yaml, failure-message: It broke}
- job: {name: after, run: playbooks/true.yaml, dependencies: bad}
- job: {name: tried, run: playbooks/true.yaml, pre-run: playbooks/second.yaml, attempts: 2}
- job: {name: free, run: playbooks/false.yaml, voting: false}
- project: {check: {jobs: [good, bad, after, tried, free]}}`,
  {
    'playbooks/good.yaml': playbook(
      `- name: Says <b>&amp;"things"</b>\n  command: echo "</pre><script>alert(1)</script>"\n- zuul_return: {data: {zuul: {artifacts: [{name: a, url: u}]}, own: 1}}`,
    ),
    'playbooks/bad.yaml': playbook(`- shell: printf '\\033[31mred\\033[0m \\001 ]]> <&>"'; exit 4`),
    'playbooks/second.yaml': playbook('- command: test {{ zuul.attempts }} = 2'),
  },
);
let output = '';
beforeAll(async () => {
  ({ output } = await scratch.run());
  return () => {
    scratch[Symbol.dispose]();
  };
});

test('the table is that of a comment of Zuul', () => {
  expect(output.slice(output.indexOf('Build'))).toMatch(
    /^Build failed\.\n\n- good {2}: SUCCESS in \d+s\n- bad {3}: It broke in \d+s\n- after : SKIPPED Skipped due to failed job bad\n- tried : SUCCESS in \d+s, attempt 2\n- free {2}: FAILURE in \d+s \(non-voting\)\n/u,
  );
});

test('buildset.json has every build', () => {
  expect(scratch.builds().good).toMatchObject({
    result: 'SUCCESS',
    voting: true,
    attempts: 1,
    artifacts: [{ name: 'a', url: 'u' }],
    returned: { own: 1 },
  });
  expect(
    scratch
      .builds()
      .tried?.playbooks.map(({ attempt, phase, ending }) => `${String(attempt)} ${phase} ${ending}`),
  ).toEqual(['1 pre failed', '2 pre ok', '2 run ok']);
  expect(scratch.builds().after).toMatchObject({ result: 'SKIPPED', start_time: null });
});

test('logs have the shapes of Zuul', () => {
  const log = scratch.read(`${REPORT}/logs/bad/job-output.txt`);
  for (const line of log.trimEnd().split('\n'))
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \| /u);
  expect(log).toContain('| RUN START: [untrusted : own/playbooks/bad.yaml@main]');
  expect(log).toContain('| RUN END RESULT_NORMAL: [untrusted : own/playbooks/bad.yaml@main]');
  const [recorded] = JSON.parse(scratch.read(`${REPORT}/logs/bad/job-output.json`)) as [
    Record<string, unknown>,
  ];
  expect(recorded).toMatchObject({
    phase: 'run',
    playbook: 'own/playbooks/bad.yaml',
    project: 'own',
    branch: 'main',
    trusted: false,
    stats: { node: { failures: 1, ok: 0 } },
    plays: [
      {
        play: { name: 'all' },
        tasks: [{ task: { name: 'shell' }, hosts: { node: { action: 'shell', rc: 4, failed: true } } }],
      },
    ],
  });
  const inventory = parse(scratch.read(`${REPORT}/logs/bad/zuul-info/inventory.yaml`)) as unknown;
  expect(inventory).toMatchObject({
    all: { hosts: { node: { ansible_connection: 'local' } }, vars: { zuul: { job: 'bad' } } },
  });
  expect(scratch.read(`${REPORT}/logs/tried.attempt-1/job-output.txt`)).toContain('result: RETRY');
});

describe.skipIf(missing !== undefined)('junit.xml', () => {
  test('has one case a job, for a parser of XML', () => {
    const script = `import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
suite, = root
print(json.dumps({"root": root.tag, "suite": suite.attrib, "cases": [[case.attrib["name"], [child.tag for child in case], "".join(case.itertext())] for case in suite]}))`;
    const parsed = JSON.parse(
      execFileSync('python3', ['-c', script], {
        input: scratch.read(`${REPORT}/junit.xml`),
        encoding: 'utf8',
      }),
    ) as {
      root: string;
      suite: Record<string, string>;
      cases: readonly [string, readonly string[], string][];
    };
    expect(parsed.root).toBe('testsuites');
    expect(parsed.suite).toMatchObject({
      tests: '5',
      failures: '1',
      errors: '0',
      skipped: '2',
      name: 'own check',
    });
    expect(parsed.cases.map(([name, children]) => [name, children])).toEqual([
      ['good', []],
      ['bad', ['failure']],
      ['after', ['skipped']],
      ['tried', []],
      ['free', ['skipped']],
    ]);
    expect(parsed.cases[1]?.[2]).toContain(']]> <&>"');
  });
});

test('the page loads nothing, and shows logs as text', () => {
  const page = scratch.read(`${REPORT}/index.html`);
  expect(page).not.toMatch(/\b(?:src|href)\s*=\s*"(?!#)|@import|url\(|https?:/u);
  expect(page).toContain('&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page.match(/<script>/gu)).toHaveLength(1);
  // The log beside it keeps its colours.
  expect(scratch.log('bad')).toContain('\u001B[31mred');
  expect(page).toContain('red \u0001 ]]&gt;');
  for (const job of ['good', 'bad', 'after', 'tried', 'free']) expect(page).toContain(`id="log-${job}"`);
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page).toContain('2 attempts');
});
