import { expect, test } from 'vitest';
import { formatG, repr, reprFloat, reprText } from './python.ts';

test.each([
  ["it's", `"it's"`],
  [`it's "x"`, `'it\\'s "x"'`],
  ['a\\b\n\t\r\0', "'a\\\\b\\n\\t\\r\\x00'"],
  ['é日🐟', "'é日🐟'"],
  ['\u00a0\u2028\u{e0001}', "'\\xa0\\u2028\\U000e0001'"],
])('%j is printed as %s', (text, printed) => {
  expect(reprText(text)).toBe(printed);
});

test.each([
  [2, '2.0'],
  [1e16, '1e+16'],
  [123456789012345.6, '123456789012345.6'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [-0, '-0.0'],
  [Infinity, 'inf'],
  [NaN, 'nan'],
])('the float %s is printed as %s', (value, printed) => {
  expect(reprFloat(value)).toBe(printed);
});

test.each([
  [0, '0'],
  [10, '10'],
  [1_234_567, '1.23457e+06'],
  [1_000_005, '1e+06'],
  [1_000_015, '1.00002e+06'],
  [99.5, '99.5'],
  [1e-7, '1e-07'],
  [0.0001, '0.0001'],
  [-2.5, '-2.5'],
])('%%g of %s is %s', (value, printed) => {
  expect(formatG(value)).toBe(printed);
});

test('containers are printed as in Python', () => {
  expect(repr([1n, 2, true, null, new Map([['k', 'v']])])).toBe("[1, 2.0, True, None, {'k': 'v'}]");
});
