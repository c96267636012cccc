import { expect, test } from 'vitest';
import { OptionDeclarationError } from './errors.ts';
import { optionGroup, snakeCase } from './option-group.ts';
import type { Options } from './options.ts';

test.each([
  ['bindPort', 'bind_port'],
  ['policyDirs', 'policy_dirs'],
  ['remoteSslCaCrtFile', 'remote_ssl_ca_crt_file'],
  ['useSSL', 'use_ssl'],
  ['name', 'name'],
  ['snake_case', 'snake_case'],
])('the property %s is %s in files', (key, name) => {
  expect(snakeCase(key)).toBe(name);
});

const problemsOf = (options: unknown, name = 'g'): readonly string[] => {
  try {
    optionGroup({ name, options: options as Options });
    return [];
  } catch (error) {
    if (!(error instanceof OptionDeclarationError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
};

test('every contradiction of a declaration is named at once', () => {
  const problems = problemsOf({
    a: { type: 'integer', default: 5, min: 10, max: 1 },
    b: { type: 'colour' },
    c: { type: 'string', choices: ['x'], default: 'y' },
    d: { type: 'string', name: 'bad name' },
    timeout: { type: 'duration', min: '1 parsec' },
    mode: { type: 'port', choices: [80, 7], min: 10 },
    extra: { type: 'string', min: 1, requird: true },
    twice: { type: 'string' },
    other: { type: 'string', name: 'twice' },
  });
  expect(problems).toEqual([
    'g.a: its minimum is above its maximum',
    'g.a: its default is less than the minimum, 10',
    'g.b: there is no type colour',
    'g.c: its default is not one of x',
    'g.d: a file cannot hold the name "bad name"',
    'g.timeout: its minimum is no value of its type',
    'g.mode: its choice 7 is out of its bounds or no value of its type',
    'g.extra: an option of type string has no min, requird',
    'g.other: it has the name of twice in files',
  ]);
});

test('a default that refers to other options is checked when they are known', () => {
  expect(problemsOf({ a: { type: 'integer', default: '$b' }, b: { type: 'list', default: ['$a'] } })).toEqual(
    [],
  );
});

test('a section name that a file cannot hold is refused', () => {
  expect(problemsOf({}, 'a]b')).toEqual(['a]b: a file cannot hold the section "a]b"']);
});

test('names of prototypes are names like others', () => {
  expect(problemsOf({ constructor: { type: 'string' }, toString: { type: 'toString' } })).toEqual([
    'g.toString: there is no type toString',
  ]);
});

test('a declared group cannot be changed', () => {
  const group = optionGroup({ name: 'g', options: { a: { type: 'string' } } });
  expect(Object.isFrozen(group) && Object.isFrozen(group.options)).toBe(true);
});
