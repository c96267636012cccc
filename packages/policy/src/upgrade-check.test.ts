import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ruleDefault } from './rules/defaults.ts';
import {
  upgradeCheck,
  upgradeReportText,
  type UpgradeCheckOptions,
  type UpgradeReport,
} from './upgrade-check.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-upgrade-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const policies = [
  ruleDefault({ name: 'admin', checkStr: 'role:admin' }),
  ruleDefault({
    name: 'things:get',
    checkStr: 'role:reader and project_id:%(project_id)s',
    deprecatedRule: { name: 'things:show', checkStr: 'project_id:%(project_id)s' },
  }),
  ruleDefault({
    name: 'things:old',
    checkStr: '!',
    deprecatedForRemoval: true,
    deprecatedSince: 'X',
    deprecatedReason: 'Nobody\n  used it.',
  }),
];

const check = (files: Record<string, string>, options: UpgradeCheckOptions = {}): Promise<UpgradeReport> => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return upgradeCheck({ policies, configDirs: [directory], enforceNewDefaults: true, ...options });
};

const found = ({ findings }: UpgradeReport, name: string): unknown => {
  const { result, details } = findings.find((one) => one.check === name) ?? {};
  return [result, ...(details ?? []).map((detail) => detail.replace(directory, '$DIR'))];
};

test('a service without a policy file that enforces new defaults has nothing to do', async () => {
  const report = await check({});
  expect(report.exitCode).toBe(0);
  expect(report.findings.map(({ result }) => result)).toEqual(Array.from(report.findings, () => 'success'));
});

test('a policy file in JSON is a failure', async () => {
  const report = await check({ 'policy.yaml': '{"admin": "role:boss"}' });
  expect(found(report, 'policy-file-json')).toEqual(['failure', '$DIR/policy.yaml is JSON']);
  expect(report.exitCode).toBe(2);
});

test('a policy.json that nobody reads is a failure', async () => {
  const report = await check({ 'policy.json': '{"admin": "role:boss"}' });
  expect(found(report, 'policy-file-json')).toEqual([
    'failure',
    '$DIR/policy.json is not read: the policy file is policy.yaml',
  ]);
});

test('whoever relies on old defaults is told who loses, until the service has chosen new ones', async () => {
  const loss =
    'things:get: no longer allowed: project-scoped token, no roles, project_id "project-1", user_id "user-2", on a target with project_id "project-1"';
  const { enforceNewDefaults: _, ...unset } = { enforceNewDefaults: true, policies, configDirs: [directory] };
  expect(found(await upgradeCheck(unset), 'changing-defaults')).toEqual(['warning', loss]);
  expect(found(await check({}, { enforceNewDefaults: false }), 'changing-defaults')).toEqual([
    'warning',
    loss,
  ]);
  expect(found(await check({}), 'changing-defaults')).toEqual(['success']);
});

test('old names, rules that go away, unknown rules and repeated defaults are warnings', async () => {
  const report = await check({
    'policy.yaml':
      'things:show: role:x\nthings:old: role:x\nadmin: role:admin\ntypo: rule:helper\nhelper: role:y\n',
  });
  expect(found(report, 'deprecated-names')).toEqual(['warning', 'things:show is now things:get']);
  expect(found(report, 'rules-for-removal')).toEqual(['warning', 'things:old, since X: Nobody used it.']);
  expect(found(report, 'unknown-rules')).toEqual(['warning', 'typo']);
  expect(found(report, 'redundant-overrides')).toEqual(['warning', 'admin']);
  expect(report.exitCode).toBe(1);
});

test('a file that Oslo reads as something else, or not at all, is a failure', async () => {
  expect(found(await check({ 'policy.yaml': 'admin: no\n' }), 'refused-rules')).toEqual([
    'failure',
    '$DIR/policy.yaml:1: admin: the rule is the bool "False", not text; write "@" to allow, "!" to deny, in quotes',
  ]);
  const broken = await check({ 'policy.yaml': 'admin: 1\n' });
  expect(found(broken, 'refused-rules')).toMatchObject(['failure', expect.stringContaining('the int "1"')]);
  expect(broken.exitCode).toBe(2);
});

test('findings are written for a terminal: result and name, details, advice', () => {
  const report: UpgradeReport = {
    exitCode: 2,
    findings: [
      { check: 'policy-file-json', result: 'failure', details: ['a.json is JSON'], advice: 'Convert it.' },
      { check: 'unknown-rules', result: 'success', details: [], advice: '' },
    ],
  };
  expect(upgradeReportText(report)).toBe(
    'failure  policy-file-json\n           a.json is JSON\n         > Convert it.\nsuccess  unknown-rules\n',
  );
});
