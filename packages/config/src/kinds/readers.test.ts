import { describe, expect, test } from 'vitest';
import { readBoolean } from './boolean-words.ts';
import { readHost } from './host-address.ts';
import { readFloat, readInteger } from './numbers.ts';
import { splitDict, splitList, splitQuotedList } from './separated.ts';
import { checkUri } from './uri-reference.ts';

describe('integers', () => {
  test.each([
    ['7', 7n],
    [' -1_000 ', -1000n],
    ['+4', 4n],
    ['١٢', 12n],
    ['𝟗', 9n],
    ['007', 7n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
  ])('%j is one', (text, value) => {
    expect(readInteger(text)).toBe(value);
  });

  test.each(['', '1__0', '_1', '1_', '0x1f', '1.0', '1e3', '- 1', '½'])('%j is none', (text) => {
    expect(readInteger(text)).toBeUndefined();
  });
});

describe('floats', () => {
  test.each([
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['1_0.5', 10.5],
    ['-Infinity', -Infinity],
    ['inf', Infinity],
    ['NaN', NaN],
    ['1e400', Infinity],
  ])('%j is one', (text, value) => {
    expect(readFloat(text)).toBe(value);
  });

  test.each(['', '.', '1e', '0x1', '1__0', 'infinit', '1 2'])('%j is none', (text) => {
    expect(readFloat(text)).toBeUndefined();
  });
});

test('truth values are eight words in any case', () => {
  expect(['Yes', 'TRUE', 'on', '1'].map(readBoolean)).toEqual([true, true, true, true]);
  expect(['no', 'False', 'OFF', '0'].map(readBoolean)).toEqual([false, false, false, false]);
  expect(readBoolean('y')).toBeUndefined();
});

test('a list is split at every comma, and trailing commas count for nothing', () => {
  expect(splitList(' a, b ,c,, ')).toEqual(['a', 'b', 'c']);
  expect(splitList('a,,b')).toEqual(['a', '', 'b']);
  expect(splitList(',')).toEqual([]);
});

test('a quoted item of a list may hold commas', () => {
  expect(splitQuotedList(`"a, b",c,'d,"e'`)).toEqual(['a, b', 'c', 'd,"e']);
  expect(splitQuotedList('a,"b')).toEqual({ problem: 'Non-closed quote: "b' });
  expect(splitQuotedList('"')).toEqual({ problem: 'Non-closed quote: "' });
});

test('a dict is made of pairs, and a part without a colon belongs to the next key', () => {
  expect(splitDict('a: b:c , d:')).toEqual(
    new Map([
      ['a', 'b:c'],
      ['d', ''],
    ]),
  );
  expect(splitDict('a:b,c,d:e')).toEqual(
    new Map([
      ['a', 'b'],
      ['c,d', 'e'],
    ]),
  );
  expect(splitDict('a')).toHaveProperty('problem');
  expect(splitDict(':a')).toEqual({ problem: 'Key name should not be empty' });
  expect(splitDict('a:1,a:2')).toEqual({ problem: 'Duplicate key a' });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['host.example.com.', 'host.example.com'],
  ['1.host', '1.host'],
])('%j is a host', (text, host) => {
  expect(readHost(text)).toBe(host);
});

test.each(['', '256.1.1.1', '1.2.3', 'fe80::1%eth0', '[::1]', 'h_x', '-h', `${'a'.repeat(64)}.x`, 'a..b'])(
  '%j is no host',
  (text) => {
    expect(readHost(text)).toBeUndefined();
  },
);

test.each([
  'http://h',
  'http://u:p@[::1]:8/p?q#f',
  'ftp://1.2.3.4',
  'http://h/a b',
  'x://:1',
  'http://[fe80::1%25e]/',
])('%j is a URI', (text) => {
  expect(checkUri(text)).toBeUndefined();
});

test.each([
  ['h/p', 'missing', ['host', 'scheme']],
  ['mailto:a', 'missing', ['host']],
  ['//h', 'missing', ['scheme']],
  ['http://300.1.1.1', 'missing', ['host']],
  ['http://[fe80::1%e]/', 'invalid', ['host']],
  ['http://h/[x]', 'invalid', ['path']],
] as const)('%j is no URI: %s %j', (text, problem, components) => {
  expect(checkUri(text)).toMatchObject({ problem, components });
});
