import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandResult } from '../../src/commands/command.ts';
import { runLine } from '../../src/commands/run.ts';

let directory = '';

const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-hostile-'));
  write(
    'rules.json',
    JSON.stringify([
      { name: 'a', check_str: 'role:admin' },
      { name: '__proto__', check_str: 'role:p' },
      { name: 'constructor', check_str: 'role:c' },
    ]),
  );
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

const bomb = (): string => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 30; level += 1)
    lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
  return lines.join('\n');
};

const merges = (): string => {
  const lines = ['a0: &a0 {x: y}'];
  for (let level = 1; level < 30; level += 1)
    lines.push(`a${level}: &a${level} {<<: [${`*a${level - 1}, `.repeat(9)}]}`);
  return lines.join('\n');
};

const FILES: readonly (readonly [what: string, text: () => string])[] = [
  ['10 MB', () => `"a": "role:x"\n# ${'x'.repeat(10_000_000)}\n`],
  ['brackets nested 10,000 deep', () => '['.repeat(10_000)],
  ['braces nested 10,000 deep', () => '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ['a list nested 10,000 deep', () => `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  ['a rule with 10,000 parentheses', () => `a: "${'('.repeat(10_000)}role:x${')'.repeat(10_000)}"`],
  ['a rule with 10,000 times not', () => `a: "${'not '.repeat(10_000)}role:x"`],
  ['aliases that multiply', bomb],
  ['merge keys that multiply', merges],
  ['names every object has', () => '__proto__: role:x\nconstructor: role:y\ntoString: role:z\n'],
  ['spaces without end', () => `a: role:x${' '.repeat(200_000)}#\n`],
  ['commas without end', () => `{${',,'.repeat(50_000)}}`],
  ['colons without end', () => `a${':'.repeat(100_000)} b`],
  ['quotes without end', () => `a: ${"''".repeat(50_000)}x`],
  ['bytes that are no text', () => '\u0000\u0001\u0002'],
  [
    'a chain of 2,000 rules',
    () => Array.from({ length: 2000 }, (_, index) => `r${index}: "role:x or rule:r${index + 1}"\n`).join(''),
  ],
];

const COMMANDS: readonly (readonly string[])[] = [
  ['convert', 'f.yaml'],
  ['upgrade', 'f.yaml'],
  ['policy-upgrade', '--policy', 'f.yaml'],
  ['convert-json-to-yaml', '--policy-file', 'f.yaml'],
  ['validator', '--policy-file', 'f.yaml'],
  ['list-redundant', '--policy-file', 'f.yaml'],
  ['policy-generator', '--policy-file', 'f.yaml'],
  ['upgrade-check', '--policy-file', 'f.yaml'],
  ['diff', 'defaults', 'f.yaml'],
  ['lint', '--policy-file', 'f.yaml'],
  ['explain', 'a', '--policy-file', 'f.yaml'],
  ['test', 'f.yaml'],
];

describe.each(FILES)('a file with %s', (_, text) => {
  test.each(COMMANDS.map((line) => [line[0] ?? '', line] as const))(
    '%s ends soon and says what is wrong, if anything',
    async (_name, line) => {
      write('f.yaml', text());
      const start = performance.now();
      const {
        exitCode,
        output,
        errors = '',
      }: CommandResult = await runLine([...line, '--policies', 'rules.json'], { directory });
      expect(performance.now() - start).toBeLessThan(10_000);
      expect([0, 1, 2]).toContain(exitCode);
      if (exitCode !== 0) expect((output + errors).length).toBeGreaterThan(20);
      expect(errors).not.toMatch(/Maximum call stack|is not iterable|of undefined|not a function/);
    },
  );
});

test('files of rules, tests, tokens and targets are as bounded', async () => {
  write('deep.json', '[{"name":"a","check_str":' + '['.repeat(10_000) + ']'.repeat(10_000) + '}]');
  write('token.json', '{"token":' + '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000) + '}');
  for (const line of [
    ['lint', '--policies', 'deep.json'],
    ['docs', '--policies', 'deep.json'],
    ['explain', 'a', '--policies', 'rules.json', '--credentials', 'token.json'],
    ['explain', 'a', '--policies', 'rules.json', '--target', 'token.json'],
    ['checker', '--policy', 'f.yaml', '--access', 'token.json'],
    [
      'explain',
      '__proto__',
      '--policies',
      'rules.json',
      '--credentials',
      '{"__proto__": {"roles": ["p"]}, "roles": ["x"]}',
    ],
  ]) {
    const { exitCode, errors = '' } = await runLine(line, { directory });
    expect([0, 1, 2]).toContain(exitCode);
    expect(errors).not.toMatch(/Maximum call stack/);
  }
});
