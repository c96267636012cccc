import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as config from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const errors = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');

test('the table of errors has exactly the errors there are', () => {
  const section = /<!-- errors -->([\s\S]*)<!-- \/errors -->/u.exec(readme)?.[1] ?? '';
  const documented = Array.from(section.matchAll(/^\| `(ERR_\w+)` +\| `(\w+)` +\|/gmu), ([, code, name]) => [
    code,
    name,
  ]);
  const declared = Array.from(
    errors.matchAll(/class (\w+) extends ConfigError[\s\S]*?= '(ERR_\w+)'/gu),
    ([, name, code]) => [code, name],
  );
  expect(documented).toEqual(declared);
  const codes = /export type ConfigErrorCode =([^;]*);/u.exec(errors)?.[1]?.match(/ERR_\w+/gu);
  expect(declared.map(([code]) => code)).toEqual(codes);
  for (const [, name] of declared) expect(config).toHaveProperty(name ?? '');
});

test('the table of types has exactly the types there are', () => {
  const section = /## Types of option\n([\s\S]*?)\nEvery option/u.exec(readme)?.[1] ?? '';
  const documented = Array.from(section.matchAll(/^\| `(\w+)` +\|/gmu), ([, type]) => type).filter(
    (type) => type !== 'type',
  );
  for (const type of documented) {
    expect(() => config.optionGroup({ name: 'g', options: { a: { type: type as 'string' } } })).not.toThrow();
  }
  const source = readFileSync(new URL('../src/options.ts', import.meta.url), 'utf8');
  const declared = Array.from(source.matchAll(/readonly type: '(\w+)';/gu), ([, type]) => type);
  expect(documented).toEqual(declared);
});
