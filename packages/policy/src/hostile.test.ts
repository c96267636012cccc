import { describe, expect, test } from 'vitest';
import { Enforcer } from './enforcer.ts';
import { EvaluationError, PolicyLoadError } from './errors.ts';
import { python } from './python/full.ts';
import { readFlat } from './yaml/flat.ts';
import { readYaml } from './yaml/read.ts';

const within = (milliseconds: number, work: () => void): void => {
  const start = performance.now();
  work();
  expect(performance.now() - start).toBeLessThan(milliseconds);
};

describe('hostile input ends soon and with a clear refusal', () => {
  test.each([
    ['brackets', '['.repeat(10_000)],
    ['mappings', 'a: {'.repeat(10_000)],
    ['indentation', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('YAML nested deeply: %s', (_, text) => {
    within(2000, () => {
      expect(() => readYaml(text)).toThrow(EvaluationError);
    });
  });

  test('aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 30; level++)
      lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
    within(1000, () => readYaml(lines.join('\n')));
  });

  test('merge keys that multiply', () => {
    const lines = ['a0: &a0 {x: y}'];
    for (let level = 1; level < 30; level++)
      lines.push(`a${level}: &a${level} {<<: [${`*a${level - 1}, `.repeat(9)}]}`);
    within(2000, () => {
      expect(() => readYaml(lines.join('\n'))).toThrow('merge keys make this mapping too large');
    });
  });

  test.each([
    ['not', 'not '.repeat(10_000) + '@'],
    ['parentheses', '('.repeat(10_000) + 'not @' + ')'.repeat(10_000)],
    ['a kind of minuses', `${'-'.repeat(10_000)}1:x`],
    ['a kind of brackets', `${'['.repeat(10_000)}:x`],
  ])('rules nested deeply: %s', (_, rule) => {
    within(2000, () => {
      const enforcer = new Enforcer({ rules: { ok: '@' }, useConf: false, python });
      try {
        enforcer.setRules({ a: rule }, { overwrite: false });
        expect(typeof enforcer.enforce('a', {}, {})).toBe('boolean');
      } catch (error) {
        expect(error instanceof EvaluationError || error instanceof PolicyLoadError).toBe(true);
      }
    });
  });

  test('a file of 10 MB', () => {
    const text = Array.from(
      { length: 100_000 },
      (_, at) => `"rule:${String(at)}": "role:admin or user_id:%(user_id)s or role:x"`,
    );
    within(5000, () => readFlat(`${text.join('\n')}\n`));
    within(10_000, () => {
      expect(() => readYaml(`"${'a'.repeat(10_000_000)}\n`)).toThrow(EvaluationError);
    });
  });

  test('lines that could make an expression backtrack', () => {
    within(2000, () => {
      readFlat(`a: b:${'c '.repeat(50_000)}\u0000`);
      readFlat(`a: b:${'\n  c'.repeat(50_000)}\u0000`);
      readFlat(`${' '.repeat(100_000)}x`);
    });
  });
});
