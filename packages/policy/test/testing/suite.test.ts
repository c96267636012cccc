import { afterEach, beforeEach, expect, test } from 'vitest';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Enforcer } from '../../src/enforcer.ts';
import { ruleDefault } from '../../src/rules/defaults.ts';
import { runLine } from '../../src/commands/run.ts';
import {
  definePersonas,
  formatCoverage,
  formatJunit,
  formatLcov,
  readPolicySuite,
  runPolicyTests,
  stubHttpChecks,
} from '../../src/testing.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-suite-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const policies = [
  ruleDefault({ name: 'admin', checkStr: 'role:admin' }),
  ruleDefault({ name: 'volumes:get', checkStr: '@' }),
  ruleDefault({
    name: 'volumes:delete',
    checkStr: 'rule:admin or (role:member and project_id:%(project_id)s)',
    scopeTypes: ['project'],
  }),
];

const SUITE = `# who is who
personas:
  admin: { roles: [admin] }
  member: { roles: [member], project_id: p1 }
  operator: { roles: [admin], system_scope: all }
cases:
  - name: a member deletes what is not theirs
    rule: volumes:delete
    persona: member
    target: { project_id: p2 }
    expect: deny
  - { rule: 'volumes:get', credentials: { roles: [] }, expect: allow }
matrix:
  target: { project_id: p1 }
  allowed:
    admin: [admin, operator]
    volumes:get: [admin, member, operator]
    volumes:delete: [admin, member]
`;

const load = async (file?: string): Promise<Enforcer> => {
  if (file !== undefined) writeFileSync(join(directory, 'policy.yaml'), file);
  const enforcer = new Enforcer({ policies, configDirs: [directory], reload: 'off' });
  await enforcer.load();
  return enforcer;
};

test('cases and the matrix pass on the policy they describe', async () => {
  const { results } = await runPolicyTests(await load(), readPolicySuite(SUITE));
  expect(results.filter(({ isPassed }) => !isPassed)).toEqual([]);
  expect(results.map(({ group }) => group)).toEqual(['cases', 'cases', 'matrix 1', 'matrix 1', 'matrix 1']);
});

test('a changed policy fails with who was expected and who is allowed', async () => {
  const report = await runPolicyTests(
    await load('volumes:delete: role:member\n'),
    readPolicySuite(SUITE, 'volumes'),
  );
  expect(report.results.filter(({ isPassed }) => !isPassed)).toEqual([
    {
      name: 'a member deletes what is not theirs',
      group: 'cases',
      rule: 'volumes:delete',
      expected: 'deny',
      actual: 'allow',
      isPassed: false,
    },
    {
      name: 'volumes:delete',
      group: 'matrix 1',
      rule: 'volumes:delete',
      expected: 'admin, member',
      actual: 'member',
      isPassed: false,
    },
  ]);
  expect(formatJunit(report)).toContain(
    '<testcase classname="volumes.matrix 1" name="volumes:delete" time="0"><failure message="expected admin, member, got member"/></testcase>',
  );
  expect(formatJunit(report)).toContain('<testsuites tests="5" failures="2" errors="0">');
});

test('a rule that is new is missed in the matrix, and one that is gone is noticed', async () => {
  const suite = readPolicySuite(SUITE.replace('    admin: [admin, operator]\n', '    gone: [admin]\n'));
  const { results } = await runPolicyTests(await load(), suite);
  expect(
    results.filter(({ isPassed }) => !isPassed).map(({ rule, expected, actual }) => [rule, expected, actual]),
  ).toEqual([
    ['admin', 'not in the matrix', 'admin, operator'],
    ['gone', 'admin', 'no such rule'],
  ]);
});

test('coverage counts how each check of each rule came out, also through other rules', async () => {
  const suite = readPolicySuite(SUITE.replace(/matrix:[^]*/, ''));
  const { coverage } = await runPolicyTests(
    await load('volumes:delete: "rule:admin or (role:member and project_id:%(project_id)s)"\n'),
    suite,
  );
  expect(
    coverage.rules.map(({ rule, hits, operands }) => [
      rule,
      hits,
      operands.map((one) => [one.check, one.passed, one.failed]),
    ]),
  ).toEqual([
    [
      'volumes:delete',
      1,
      [
        ['rule:admin', 0, 1],
        ['role:member', 1, 0],
        ['project_id:%(project_id)s', 0, 1],
      ],
    ],
    ['admin', 1, [['role:admin', 0, 1]]],
    ['volumes:get', 1, [['@', 1, 0]]],
  ]);
  expect(formatCoverage(coverage.rules)).toBe(`rules tried: 3 of 3 (100 %)
outcomes of checks seen: 5 of 9 (55 %)
  volumes:delete: rule:admin never passes
  volumes:delete: role:member never fails
  volumes:delete: project_id:%(project_id)s never passes
  admin: role:admin never passes
`);
  expect(formatLcov(coverage.rules)).toBe(`TN:
SF:${join(directory, 'policy.yaml')}
FN:1,volumes:delete
FNDA:1,volumes:delete
FNF:1
FNH:1
BRDA:1,0,0,0
BRDA:1,0,1,1
BRDA:1,0,2,1
BRDA:1,0,3,0
BRDA:1,0,4,0
BRDA:1,0,5,1
BRF:6
BRH:3
DA:1,1
LF:1
LH:1
end_of_record
`);
});

test('a token of the wrong scope tries no check', async () => {
  const suite = readPolicySuite(
    'cases: [{rule: "volumes:delete", credentials: {roles: [admin], system_scope: all}, expect: deny}]',
  );
  const { results, coverage } = await runPolicyTests(await load(), suite);
  expect(results[0]?.isPassed).toBe(true);
  expect(coverage.rules.every(({ hits }) => hits === 0)).toBe(true);
});

test('a suite that is wrong lists everything that is', () => {
  expect(() =>
    readPolicySuite(`
personas: {bad: {roles: admin}, fine: {roles: []}}
cases:
  - {rule: 1, persona: nobody, expect: maybe}
  - {rule: x, expect: allow, extra: 1}
matrix: {allowed: {x: [ghost]}}
typo: 1
`),
  ).toThrow(`policy tests is no file of policy tests:
  file.typo: is none of personas, cases, matrix
  personas.bad.roles: must be a list of texts
  cases[0].rule: must name a rule
  cases[0].expect: must be allow, deny or error
  cases[0].persona: there is no persona nobody
  cases[1].extra: is none of name, rule, persona, credentials, target, expect
  cases[1]: needs either a persona or credentials
  matrix[0].allowed.x: there is no persona ghost`);
});

test('names that every object has are no personas and no rules', async () => {
  expect(() => readPolicySuite('cases: [{rule: __proto__, persona: constructor, expect: deny}]')).toThrow(
    'there is no persona constructor',
  );
  const suite = readPolicySuite(
    'personas: {__proto__: {roles: [admin]}}\nmatrix: {rules: [__proto__, toString], allowed: {__proto__: []}}',
  );
  const { results } = await runPolicyTests(await load(), suite);
  expect(results.map(({ rule, expected, actual }) => [rule, expected, actual])).toEqual([
    ['__proto__', 'nobody', 'nobody'],
    ['toString', 'not in the matrix', 'nobody'],
  ]);
});

test('personas are checked and cannot be changed', () => {
  const { admin } = definePersonas({ admin: { roles: ['admin'] } });
  expect(() => (admin.roles as unknown as string[]).push('more')).toThrow(TypeError);
  expect(() => definePersonas({ odd: { roles: 'admin' } })).toThrow(
    'personas.odd.roles: must be a list of texts',
  );
});

test('http checks that are stubbed decide at once and ask nobody', () => {
  const asked: string[] = [];
  const checks = stubHttpChecks((url) => asked.push(url) > 0 && url.endsWith('/yes'));
  checks.register('always', () => () => true);
  const enforcer = new Enforcer({ checks, useConf: false });
  enforcer.setRules({ yes: 'https://policy.example/yes', no: 'http://policy.example/no', own: 'always:x' });
  expect(['yes', 'no', 'own'].map((rule) => enforcer.enforce(rule, {}, {}))).toEqual([true, false, true]);
  expect(asked).toEqual(['https://policy.example/yes', 'http://policy.example/no']);
});

test('the command runs a suite, writes reports, and brings a matrix up to date with its comments', async () => {
  const rules = policies.map(({ name, checkStr, scopeTypes }) => ({ name, checkStr, scopeTypes }));
  writeFileSync(join(directory, 'rules.json'), JSON.stringify(rules));
  writeFileSync(join(directory, 'policy.yaml'), '# ours\nvolumes:delete: role:member\n');
  writeFileSync(join(directory, 'suite.yaml'), SUITE.replace('expect: deny', 'expect: allow'));
  const run = (...more: string[]): ReturnType<typeof runLine> =>
    runLine(['test', 'suite.yaml', '--policies', 'rules.json', ...more], { directory });
  const first = await run('--junit', 'junit.xml', '--lcov', 'lcov.info', '--coverage');
  expect(first).toMatchObject({ exitCode: 1, errors: 'wrote junit.xml\nwrote lcov.info\n' });
  expect(first.output).toContain(
    'FAILED matrix 1: volumes:delete: expected admin, member, got member\n4 of 5 passed\nrules tried: 3 of 3',
  );
  expect(readFileSync(join(directory, 'lcov.info'), 'utf8')).toContain(
    'SF:policy.yaml\nFN:2,volumes:delete\n',
  );
  expect(await run('--update')).toMatchObject({
    exitCode: 0,
    errors: 'wrote suite.yaml; what was there is in ' + join(directory, 'suite.yaml.bak\n'),
  });
  expect(readFileSync(join(directory, 'suite.yaml'), 'utf8')).toContain('# who is who\n');
  expect(readFileSync(join(directory, 'suite.yaml'), 'utf8')).toContain('volumes:delete: [ member ]');
  expect(await run()).toMatchObject({ exitCode: 0, output: '5 of 5 passed\n' });
});
