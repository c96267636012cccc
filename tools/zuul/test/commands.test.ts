// The commands that read, on this repository's own definitions.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../workspace/setup.js';
import { fileSchema } from '../src/commands/schema.js';
import { plainValue } from '../src/values.js';
import { readYaml } from '../src/yaml.js';

const zuul = (...words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'tools/zuul/src/cli.js'), ...words],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
};

describe('freeze', () => {
  test('tells of each attribute the line that set it', () => {
    const { origins, vars } = JSON.parse(zuul('freeze', 'cache-functional-redis', '--all', '--json')) as {
      origins: Record<string, string[]>;
      vars: Record<string, unknown>;
    };
    expect(vars.tests).toEqual(['test/conformance/redis.*']);
    const lineAt = (place = ''): string => {
      const [path = '', line] = place.split(':');
      return readFileSync(join(ROOT, path), 'utf8').split('\n')[Number(line) - 1] ?? '';
    };
    expect(lineAt(origins['vars.tests']?.[0])).toContain("tests: ['test/conformance/redis.*']");
    expect(lineAt(origins.timeout?.[0])).toContain('timeout: 900');
    expect(lineAt(origins.run?.[0])).toContain('run: playbooks/tests/run.yaml');
    expect(origins['pre-run']?.map(lineAt).map((line) => line.trim())).toEqual([
      'pre-run: playbooks/base/pre.yaml',
      'pre-run: playbooks/node/pre.yaml',
    ]);
    expect(lineAt(origins.files?.[0])).toContain('files:');
  });

  test('tells people the same', () => {
    const text = zuul('freeze', 'consumer', '--all');
    expect(text).toContain('base → node → nx → consumer');
    expect(text).toMatch(/description +\S.*\n +zuul\.d\/10-jobs\.yaml:\d+/u);
    // Its parent is abstract, and it is not.
    expect(zuul('freeze', 'cache-functional-redis', '--all')).not.toContain('abstract');
    expect(text).toMatch(/dependencies +\[\["build",false\]\]\n +zuul\.d\/10-jobs\.yaml:\d+/u);
  });
});

test('a reader that stops early is no error', () => {
  const cli = join(ROOT, 'tools/zuul/src/cli.js');
  // The reader is gone before anything is written.
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', '{ sleep 0.5; "$0" "$1" schema; } | true; exit "${PIPESTATUS[0]}"', process.execPath, cli],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

describe('graph', () => {
  test('as text, for Graphviz, for Mermaid and as a page that needs nothing else', () => {
    const words = ['--files', 'packages/config/README.md', '--format'];
    expect(zuul('graph', ...words, 'text')).toMatch(/2\.\n {3}consumer, after build\n/u);
    expect(zuul('graph', ...words, 'dot')).toContain('"build" -> "consumer";');
    expect(zuul('graph', ...words, 'mermaid')).toMatch(/job\d+ --> job\d+/u);
    const page = zuul('graph', ...words, 'html');
    expect(page.match(/<rect /gu)?.length).toBe(page.match(/<title>/gu)!.length - 1);
    expect(page.match(/marker-end=/gu)).toHaveLength(1);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|<link/u);
  });
});

test('vars shows what a playbook gets', () => {
  const read = plainValue(readYaml(zuul('vars', 'cache-functional-redis', '--all'))) as {
    all: { vars: { projects: string[]; zuul: { job: string } }; hosts: object };
  };
  expect(read.all.vars.projects).toEqual(['packages/cache']);
  expect(read.all.vars.zuul.job).toBe('cache-functional-redis');
  expect(Object.keys(read.all.hosts)).toEqual(['primary']);
});

describe('schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(fileSchema());
  const folders = ['zuul.d', 'tools/zuul/config-project'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.yaml') && file !== 'tenant.yaml')
      .map((file) => `${folder}/${file}`),
  );
  test.each(files)('accepts %s', (file) => {
    validate(plainValue(readYaml(readFileSync(join(ROOT, file), 'utf8'))));
    expect(validate.errors).toBe(null);
  });
  test.each([
    '- job: {name: a, timeout: long}',
    '- job: {timeout: 5}',
    '- job: {name: a, colour: green}',
    '- job: {name: a, vars: {zuul: 1}}',
    '- thing: {name: a}',
    '- project: {check: {jobs: [{a: {votes: true}}]}}',
  ])('refuses %s', (text) => {
    expect(validate(plainValue(readYaml(text)))).toBe(false);
  });
});

describe('lint', () => {
  test('finds nothing in this repository, warnings included', () => {
    expect(zuul('lint', '--strict')).toBe('nothing is wrong\n');
  });
});
