import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError, optionGroup, resolve } from '../src/index.ts';

const group = optionGroup({
  name: 'api',
  options: {
    a: { type: 'string' },
    b: { type: 'string' },
    labels: { type: 'dict' },
    list: { type: 'list', itemType: 'integer' },
    ratio: { type: 'float' },
    wait: { type: 'duration' },
    url: { type: 'uri' },
    host: { type: 'host' },
  },
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const put = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const issuesOf = (run: () => unknown): readonly string[] => {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ path, message }) => `${path.replace(folder, '')} ${message}`);
  }
};

test('files of a directory come after the files, in order of name, hidden ones and others not', () => {
  const main = put('main.conf', '[api]\na = main\nb = main\n');
  mkdirSync(join(folder, 'conf.d'));
  put('conf.d/20.conf', '[api]\na = 20\n');
  put('conf.d/10.conf', '[api]\na = 10\n');
  put('conf.d/30.txt', '[api]\na = 30\n');
  put('conf.d/.40.conf', '[api]\na = 40\n');
  expect(resolve(group, { files: [main], directories: [join(folder, 'conf.d')] })).toMatchObject({
    a: '20',
    b: 'main',
  });
});

test('files on the command line replace the default ones', () => {
  const [one, two] = [put('1.conf', '[api]\na = 1\n'), put('2.conf', '[api]\na = 2\n')];
  expect(resolve(group, { files: [one], arguments: ['--config-file', two] }).a).toBe('2');
  expect(resolve(group, { files: [two], arguments: [`--config-file=${two}`, '--config-file', one] }).a).toBe(
    '1',
  );
});

test('everything that cannot be read is named at once', () => {
  const bytes = put('bytes.conf', new Uint8Array([0x5b, 0xff]));
  const files = [join(folder, 'none.conf'), folder, bytes];
  expect(
    issuesOf(() => resolve(group, { files, arguments: [`--config-dir=${join(folder, 'no.d')}`] })),
  ).toEqual([
    '/none.conf there is no such file',
    ' is a directory, not a file',
    '/bytes.conf is not UTF-8',
    '/no.d there is no such directory',
  ]);
});

test('a default directory may be missing', () => {
  expect(resolve(group, { directories: [join(folder, 'no.d')] }).a).toBeUndefined();
});

test('a byte order mark and Windows line ends do not matter', () => {
  expect(resolve(group, { files: [put('bom.conf', '\uFEFF[api]\r\na = 1\r\n  2\r\nb = 3')] })).toMatchObject({
    a: '1\n2',
    b: '3',
  });
});

test('names of prototypes in files are names like others', () => {
  const text =
    '[__proto__]\na = 1\n[constructor]\nprototype = 2\n[api]\n__proto__ = 3\nlabels = __proto__:x,constructor:y\n';
  const { labels } = resolve(group, { files: [put('p.conf', text)] });
  expect(Object.entries(labels ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test.each([
  ['lines', (): string => `[api]\n${'x = y\n'.repeat(1_500_000)}`],
  ['one value', (): string => `[api]\na = ${'x'.repeat(10_000_000)}\n`],
  ['blanks', (): string => `[api]\na =${' '.repeat(10_000_000)}x\n`],
  ['continuation lines', (): string => `[api]\na = x\n${' y\n'.repeat(3_000_000)}`],
  ['list items', (): string => `[api]\nlist = ${'123456789,'.repeat(1_000_000)}\n`],
  ['bad list items', (): string => `[api]\nlist = ${'xxxxxxxxx,'.repeat(1_000_000)}\n`],
  ['a dict without colons', (): string => `[api]\nlabels = ${'xxxxxxxxx,'.repeat(1_000_000)}\n`],
  ['digits', (): string => `[api]\nratio = ${'1'.repeat(5_000_000)}x\nwait = ${'1'.repeat(5_000_000)}x\n`],
  [
    'authority',
    (): string => `[api]\nurl = http://${'a'.repeat(5_000_000)}:x/\nhost = ${'a.'.repeat(2_500_000)}\n`,
  ],
  ['dollar signs', (): string => `[api]\na = ${'$$$$$$$$$ '.repeat(1_000_000)}\n`],
])('a file of 10 MB of %s is read, or refused, in linear time', { timeout: 30_000 }, (_, make) => {
  const started = performance.now();
  issuesOf(() => resolve(group, { files: [{ path: 'big.conf', text: make() }] }));
  expect(performance.now() - started).toBeLessThan(15_000);
});
