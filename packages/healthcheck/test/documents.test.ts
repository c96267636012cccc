import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as channels from '../src/channels.ts';
import { resolveComponentOptions } from '../src/components/component-options.ts';
import * as errors from '../src/errors.ts';
import { resolveHealthOptions } from '../src/health-options.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the table of errors has every code and class, and no other', () => {
  const table = /<!-- errors -->([\s\S]*)<!-- \/errors -->/u.exec(readme)?.[1] ?? '';
  const rows = [...table.matchAll(/`(ERR_\w+)`\s*\|\s*`(\w+)`/gu)].map(([, code, name]) => `${name} ${code}`);
  const classes = Object.values(errors).map((error) => `${error.name} ${error.code}`);
  expect(rows.sort()).toEqual(classes.sort());
});

test('errors are known across copies of the package, each by its own class', () => {
  const error = new errors.DuplicateComponentError('database');
  const foreign = Object.assign(Object.create(Error.prototype) as object, {
    [Symbol.for('oslofjord.healthcheck.ERR_HEALTHCHECK_DUPLICATE')]: true,
  });
  expect(error).toBeInstanceOf(errors.HealthcheckError);
  expect(foreign instanceof errors.DuplicateComponentError).toBe(true);
  expect(foreign instanceof errors.ManifestError).toBe(false);
});

test('the table of channels has every channel', () => {
  const rows = [...readme.matchAll(/`(oslofjord:healthcheck:\w+)`/gu)].map(([, name]) => name);
  expect([...new Set(rows)].sort()).toEqual(
    Object.values(channels)
      .map(({ name }) => String(name))
      .sort(),
  );
});

test('the table of options has the defaults that are used', () => {
  const cell = (option: string): string =>
    new RegExp(`^\\| \`${option}\`\\s*\\|([^|]*)\\|`, 'mu').exec(readme)?.[1]?.trim() ?? '';
  const component = resolveComponentOptions({}, 60_000);
  const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;
  expect(
    [
      'failAfter',
      'passAfter',
      'hang',
      'hangShare',
      'probeDeadline',
      'halfOpenAfter',
      'halfOpenMax',
      'halfOpenWindow',
    ].map(cell),
  ).toEqual([
    String(component.failAfter),
    String(component.passAfter),
    seconds(component.hang),
    String(component.hangShare),
    seconds(component.probeDeadline),
    seconds(component.halfOpenAfter),
    seconds(component.halfOpenMax),
    seconds(component.halfOpenWindow),
  ]);
  const health = resolveHealthOptions({});
  expect(['ttl', 'tick', 'history'].map(cell)).toEqual([
    seconds(health.ttl),
    `${health.tick} ms`,
    String(health.history),
  ]);
});
