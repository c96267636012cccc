import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError, loadConfiguration, optionGroup, type Configuration } from '../src/index.ts';

const group = optionGroup({
  name: 'api',
  options: {
    level: { type: 'string', default: 'low', mutable: true },
    names: { type: 'list', default: [], mutable: true },
    token: { type: 'string', secret: true, mutable: true },
    port: { type: 'port', default: 80 },
  },
});

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-reload-'));
  path = join(folder, 'api.conf');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const load = (text: string): Configuration<typeof group> => {
  writeFileSync(path, text);
  return loadConfiguration(group, { files: [path] });
};

test('a reload applies mutable options and says what changed', () => {
  const configuration = load('[api]\nlevel = high\nnames = a\n');
  const before = configuration.values;
  writeFileSync(path, '[api]\nnames = a,b\n');
  expect(configuration.reload()).toEqual({
    applied: [
      { path: 'api.level', previous: 'high', current: 'low' },
      { path: 'api.names', previous: ['a'], current: ['a', 'b'] },
    ],
    ignored: [],
    warnings: [],
  });
  expect(configuration.values).toMatchObject({ level: 'low', names: ['a', 'b'] });
  expect(before).toMatchObject({ level: 'high', names: ['a'] });
});

test('an option that is not mutable keeps its value, and the reload says so', () => {
  const configuration = load('[api]\nport = 1\n');
  writeFileSync(path, '[api]\nport = 2\n');
  expect(configuration.reload().ignored).toEqual([{ path: 'api.port', previous: 1, current: 2 }]);
  expect(configuration.values.port).toBe(1);
});

test('nothing changes when nothing changed', () => {
  const configuration = load('[api]\nnames = a\n');
  const before = configuration.values;
  expect(configuration.reload()).toEqual({ applied: [], ignored: [], warnings: [] });
  expect(configuration.values).toBe(before);
});

test('a file that became invalid leaves the configuration as it was', () => {
  const configuration = load('[api]\nlevel = high\n');
  const before = configuration.values;
  writeFileSync(path, '[api]\nlevel = low\nport = many\n');
  expect(() => configuration.reload()).toThrow(ConfigurationError);
  expect(configuration.values).toBe(before);
  rmSync(path);
  expect(() => configuration.reload()).toThrow('there is no such file');
  expect(configuration.values).toBe(before);
});

test('the values of secret options are not in the report', () => {
  const configuration = load('[api]\ntoken = hunter2\n');
  writeFileSync(path, '[api]\ntoken = swordfish\n');
  expect(configuration.reload().applied).toEqual([{ path: 'api.token', previous: '****', current: '****' }]);
  expect(configuration.values.token).toBe('swordfish');
});
