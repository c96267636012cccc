// Patterns that JavaScript runs for RE2 mean what they mean to RE2: the same are refused, and the same texts match.
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { patternOf } from '../src/matchers.js';

const numRuns = 2000 * Number(process.env.PROPERTY_RUNS ?? 1);
const seed = process.env.PROPERTY_SEED === undefined ? {} : { seed: Number(process.env.PROPERTY_SEED) };

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    '/',
    '.',
    '-',
    '^',
    '$',
    '|',
    '(',
    '(?:',
    ')',
    '*',
    '+',
    '?',
    '{2}',
    '{',
    '}',
    '\\.',
    '\\d',
    '\\/',
    '\\-',
  ],
  ...[
    '[ab]',
    '[^/]',
    '[a-c]',
    '[^a-c.]',
    '[c-a]',
    '[a-]',
    '[]',
    '[',
    ']',
    '(?=a)',
    '(?i)',
    '(?P<n>a)',
    '\\b',
    '\\pL',
    'é',
    '😀',
  ],
);
const pattern = fc.array(atom, { maxLength: 8 }).map((atoms) => atoms.join(''));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '/', '.', '-', '\n', '\r', '\u2028', 'é', '😀', '{', 'A'), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

test('random patterns on random texts', () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (regex, texts) => {
      let compiled: ReturnType<typeof RE2JS.compile>;
      try {
        compiled = RE2JS.compile(regex);
      } catch {
        // What RE2 refuses is used with a warning, or refused, too.
        const warnings: unknown[] = [];
        try {
          patternOf(regex, (warning) => warnings.push(warning));
        } catch {
          return;
        }
        expect(warnings).toHaveLength(1);
        return;
      }
      const { matches } = patternOf(regex, () => {
        throw new Error('RE2 accepts it');
      });
      for (const each of texts) expect(matches(each)).toBe(compiled.matcher(each).lookingAt());
    }),
    { numRuns, ...seed },
  );
});
