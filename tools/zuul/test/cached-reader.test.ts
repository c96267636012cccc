import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cachedReader } from '../src/cached-reader.js';
import { ConfigError } from '../src/errors.js';
import { Control, Encrypted, Float, placeOf } from '../src/values.js';
import { readYaml } from '../src/yaml.js';

const folder = mkdtempSync(join(tmpdir(), 'oslofjord-reader-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const TEXT = `
- job:
    name: a
    vars: !override {x: 1.0, y: [1, '1', yes, null, 0o17, 1:30]}
    files: !inherit ['^a', {regex: b, negate: true}]
- secret:
    name: s
    data: {k: !encrypted/pkcs1-oaep [abc, def]}
- &anchor {one: .inf, two: -.5}
- {<<: *anchor, three: {}}
`;

/** Values with the places of everything. */
const detailed = (value: unknown): unknown => {
  if (value instanceof Control) return { control: value.mode, value: detailed(value.value) };
  if (value instanceof Float) return { float: value.value };
  if (value instanceof Encrypted) return { encrypted: detailed(value.value) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, each]) => [key, placeOf(value, key), detailed(each)]);
};

test('what is kept is what was read, with its marks and places', async () => {
  const first = cachedReader(folder);
  await first.prepare([TEXT]);
  expect(readdirSync(folder)).toHaveLength(1);
  const second = cachedReader(folder);
  await second.prepare([TEXT]);
  expect(detailed(second.read(TEXT))).toEqual(detailed(readYaml(TEXT)));
  expect(detailed(first.read(TEXT))).toEqual(detailed(readYaml(TEXT)));
});

test('what is no YAML is told when it is asked for, with the line', async () => {
  const reader = cachedReader(folder);
  await reader.prepare(['- a\n- {b\n']);
  expect(() => reader.read('- a\n- {b\n')).toThrow(ConfigError);
  expect(() => reader.read('- a: 1\n  a: 2\n')).toThrow('before it was prepared');
});

test('a folder that cannot be written costs nothing but time', async () => {
  const file = join(folder, 'a file, no folder');
  writeFileSync(file, '');
  const reader = cachedReader(file);
  await reader.prepare([TEXT]);
  expect(detailed(reader.read(TEXT))).toEqual(detailed(readYaml(TEXT)));
});
