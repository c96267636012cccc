import { expect, test } from 'vitest';
import { parseIni } from './parse.ts';

const pairs = (text: string): readonly (readonly [string | undefined, string, string])[] =>
  parseIni(text).assignments.map(({ section, key, value }) => [section, key, value]);

test('a key ends at the first equals sign or colon', () => {
  expect(pairs('[a]\nx = 1:2\ny: 3=4\n')).toEqual([
    ['a', 'x', '1:2'],
    ['a', 'y', '3=4'],
  ]);
});

test('an indented line continues the value, an empty line ends it', () => {
  expect(pairs('[a]\nx = 1\n  2\n\t3\n')).toEqual([['a', 'x', '1\n2\n3']]);
  expect(parseIni('[a]\nx = 1\n\n  2\n').problems).toEqual([
    { line: 4, message: 'Unexpected continuation line', text: '  2' },
  ]);
});

test('quotes around the whole value are taken off, others stay', () => {
  expect(pairs('[a]\nx = "a b "\ny = "a", "b"\nz = \'\nq = "a\'\n').map(([, , value]) => value)).toEqual([
    'a b ',
    'a", "b',
    '',
    '"a\'',
  ]);
});

test('comments start at the first column only', () => {
  expect(pairs('# c\n; c\n[a]\nx = 1 # not a comment\n')).toEqual([['a', 'x', '1 # not a comment']]);
});

test.each([['\n'], ['\r\n'], ['\r']])('lines may end with %j', (end) => {
  expect(pairs(['[a]', 'x = 1', '  2', 'y = 3'].join(end))).toEqual([
    ['a', 'x', '1\n2'],
    ['a', 'y', '3'],
  ]);
});

test('what is no INI is reported with its line, and reading goes on', () => {
  const text = 'early = 1\n[open\n[]\n[a]\nno assignment\n= v\nx = 1';
  const { problems, assignments } = parseIni(text);
  expect(problems.map(({ line, message }) => [line, message])).toEqual([
    [2, 'Section must be started before assignment'],
    [2, 'Invalid section (must end with ])'],
    [3, 'Empty section name'],
    [5, "No ':' or '=' found in assignment"],
    [6, 'Key cannot be empty'],
  ]);
  expect(assignments.at(-1)).toMatchObject({ section: 'a', key: 'x', value: '1', line: 7 });
});

test('white space is what Python counts as such', () => {
  expect(pairs('[a]\nx =\u00a0\u001f1\u0085\ny = \uFEFF2')).toEqual([
    ['a', 'x', '1'],
    ['a', 'y', '\uFEFF2'],
  ]);
});
