import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as errors from './errors.ts';

const classes = Object.values(errors).filter(
  (each): each is typeof errors.CacheError => typeof each === 'function' && each !== errors.CacheError,
);

test('the table of errors in the README and errors.ts have the same codes and classes', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, table = ''] = /<!-- errors -->([\s\S]*)<!-- \/errors -->/u.exec(readme) ?? [];
  const told = [...table.matchAll(/`(ERR_\w+)`\s*\| `(\w+)`/gu)].map(
    ([, code, name]) => `${code ?? ''} ${name ?? ''}`,
  );
  expect(told.sort()).toEqual(classes.map(({ code, name }) => `${code} ${name}`).sort());
});

test('every error is recognised by its own class and by those it extends, across copies of the package', () => {
  const timeout: unknown = new errors.BackendTimeoutError('a:1', 5);
  expect(timeout instanceof errors.BackendError).toBe(true);
  expect(timeout instanceof errors.CacheError).toBe(true);
  expect(timeout instanceof errors.BackendRefusedError).toBe(false);
  expect(new Error('x') instanceof errors.CacheError).toBe(false);
});
