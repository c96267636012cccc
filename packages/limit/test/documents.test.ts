import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as errors from '../src/errors.ts';
import * as channels from '../src/channels.ts';
import { osloLimitOptions } from '../src/options.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');

test('the table of errors has every code and class, and no other', () => {
  const table = /<!-- errors -->([\s\S]*)<!-- \/errors -->/u.exec(readme)?.[1] ?? '';
  const rows = [...table.matchAll(/`(ERR_\w+)`\s*\|\s*`(\w+)`/gu)].map(([, code, name]) => [name, code]);
  const classes = [...source.matchAll(/export class (\w+)[\s\S]*?LimitErrorCode = '(\w+)'/gu)].map(
    ([, name, code]) => [name, code],
  );
  expect(rows.map((row) => row.join()).sort()).toEqual(classes.map((row) => row.join()).sort());
  expect(classes.every(([name]) => name !== undefined && name in errors)).toBe(true);
});

test('errors are known across copies of the package, each by its own class', () => {
  const over = new errors.ProjectOverLimitError('p', [
    { resourceName: 'r', limit: 1, currentUsage: 1, delta: 1 },
  ]);
  expect([over instanceof errors.LimitError, over instanceof errors.UsageError, over.name]).toEqual([
    true,
    false,
    'ProjectOverLimitError',
  ]);
  const foreign = Object.assign(Object.create(Error.prototype) as object, {
    [Symbol.for('@oslofjord/limit.error')]: 'UsageError',
  });
  expect([foreign instanceof errors.UsageError, foreign instanceof errors.ScopeError]).toEqual([true, false]);
});

test('the table of channels has every channel', () => {
  const rows = [...readme.matchAll(/`(oslofjord:limit:\w+)`/gu)].map(([, name]) => name);
  expect([...new Set(rows)].sort()).toEqual(
    Object.values(channels)
      .map(({ name }) => String(name))
      .sort(),
  );
});

test('[oslo_limit] has the options of oslo.limit with their defaults', () => {
  const { options } = osloLimitOptions;
  expect(Object.keys(options)).toEqual(
    expect.arrayContaining([
      'endpointId',
      'endpointServiceType',
      'endpointServiceName',
      'endpointRegionName',
      'endpointInterface',
    ]),
  );
  expect(options.endpointInterface.default).toBe('public');
  expect(
    ['password', 'token', 'applicationCredentialSecret'].every(
      (key) => (options as Record<string, { secret?: boolean }>)[key]?.secret === true,
    ),
  ).toBe(true);
});
