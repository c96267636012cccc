import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as channels from '../src/channels.ts';
import * as errors from '../src/errors.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const rowsStartingWith = (prefix: string): string[][] =>
  readme
    .split('\n')
    .filter((line) => line.startsWith(`| \`${prefix}`))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

test('the README lists exactly the errors there are, with their codes', () => {
  const documented = rowsStartingWith('ERR_').map(([, code, name]) => `${code ?? ''} ${name ?? ''}`);
  const actual = Object.entries(errors).map(([name, type]) => `${type.code} ${name}`);
  expect(documented.sort()).toEqual(actual.sort());
});

test('every error has a code of its own', () => {
  const codes = Object.values(errors).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

test('the README lists exactly the channels there are', () => {
  const documented = rowsStartingWith('oslofjord:').map(([, name]) => name);
  const actual = Object.values(channels).map(({ name }) => String(name));
  expect(documented.sort()).toEqual(actual.sort());
});
