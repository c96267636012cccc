import { expect, test } from 'vitest';
import { FORMATS, type Shown } from '../../src/lint/formats.js';

const findings: readonly Shown[] = [
  {
    rule: 'unused-job',
    severity: 'warning',
    message: '100% unused: a, b\nand c',
    path: 'zuul.d/a,b.yaml',
    line: 3,
  },
  { rule: 'zuul: Unknown', severity: 'error', message: 'no', path: 'zuul.d/c.yaml', line: 5 },
];

test('for people: a line each, as editors and terminals follow them', () => {
  expect(FORMATS.pretty?.(findings)).toBe(
    'zuul.d/a,b.yaml:3: warning: 100% unused: a, b\nand c [unused-job]\nzuul.d/c.yaml:5: error: no [zuul: Unknown]\n1 error, 1 warning\n',
  );
  expect(FORMATS.pretty?.([])).toBe('nothing is wrong\n');
});

test('as JSON', () => {
  expect(JSON.parse(FORMATS.json?.(findings) ?? '')).toEqual(findings);
});

test('as commands of a GitHub workflow, what they use themselves escaped', () => {
  expect(FORMATS.github?.(findings)).toBe(
    '::warning file=zuul.d/a%2Cb.yaml,line=3,title=unused-job::100%25 unused: a, b%0Aand c\n' +
      '::error file=zuul.d/c.yaml,line=5,title=zuul%3A Unknown::no\n',
  );
});

test('as SARIF 2.1.0, with the reason of each rule', () => {
  const { version, runs } = JSON.parse(FORMATS.sarif?.(findings) ?? '') as {
    version: string;
    runs: {
      tool: { driver: { rules: { id: string; shortDescription: { text: string } }[] } };
      results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
    }[];
  };
  expect(version).toBe('2.1.0');
  const [run] = runs;
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['unused-job', 'zuul: Unknown']);
  expect(run?.tool.driver.rules[0]?.shortDescription.text).toContain('nobody uses');
  expect(run?.results.map(({ level }) => level)).toEqual(['warning', 'error']);
  for (const { ruleId, ruleIndex } of run?.results ?? []) {
    expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  }
  expect(run?.results[1]?.locations).toEqual([
    { physicalLocation: { artifactLocation: { uri: 'zuul.d/c.yaml' }, region: { startLine: 5 } } },
  ]);
});
