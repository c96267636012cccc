// What the migration guides say of the libraries that one comes from: their examples run against the pinned libraries, and
// where both sides show results, these are the same.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testsOf } from '../../build/markdown-examples.js';
import { install } from '../../workspace/setup.js';
import { root } from './installed.js';

/** The runner of the examples, in a process that has only the library. */
const RUNNER = `
import assert from 'node:assert';
const tests = [];
export const test = (name, run) => tests.push([name, run]);
export const expect = (value) => ({ toEqual: (other) => { assert.deepEqual(value, other); count += 1; } });
let count = 0;
setImmediate(async () => {
  for (const [name, run] of tests) await run();
  console.log(String(count) + ' results');
  process.exit();
});
`;

const guides = readdirSync(join(root, 'docs/migrating')).filter((name) => name.endsWith('.md'));
const blocksOf = (/** @type {string} */ markdown) =>
  Array.from(markdown.matchAll(/^```(js before|ts)\n([\s\S]*?)^```$/gmu), ([, kind, body]) => ({
    isBefore: kind === 'js before',
    body: String(body),
    results: Array.from(String(body).matchAll(/\/\/ => (.*)$/gmu), ([, value]) => String(value)),
  }));

let folder = '';
beforeAll(() => {
  install(join(root, 'bench'));
  folder = mkdtempSync(join(tmpdir(), 'oslofjord-migrating-'));
  symlinkSync(join(root, 'bench/node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'vitest.js'), RUNNER);
}, 600_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cases = guides.flatMap((name) => {
  const blocks = blocksOf(readFileSync(join(root, 'docs/migrating', name), 'utf8'));
  return blocks.flatMap((before, index) =>
    before.isBefore ? [[name, index, before, blocks[index + 1]]] : [],
  );
});

test('each of the libraries has an example', () => {
  const text = cases.map(([, , before]) => /** @type {{ body: string }} */ (before).body).join('\n');
  for (const name of [
    '@casl/ability',
    'casbin',
    'cache-manager',
    'bentocache',
    'prom-client',
    '@godaddy/terminus',
  ]) {
    expect(text).toContain(`from '${name}'`);
  }
});

/** What a library exports, asked in a process that has only it. @param {string} name @returns {string[]} */
const exportsOf = (name) => {
  const words = ['--input-type=module', '-e', `console.log(Object.keys(await import('${name}')).join())`];
  return spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' }).stdout.trim().split(',');
};

test('what prom-client has and our classes in its shape do not have is named in its guide', () => {
  const source = readFileSync(join(root, 'packages/metrics/src/prom-client.ts'), 'utf8');
  const ours = Array.from(source.matchAll(/^export \{ (.*?) \}/gmu), ([, names]) =>
    String(names).split(', '),
  ).flat();
  const missing = exportsOf('prom-client').filter(
    (name) => ![...ours, 'default', 'module.exports'].includes(name),
  );
  expect(missing).toContain('AggregatorRegistry');
  const guide = readFileSync(join(root, 'docs/migrating/prom-client.md'), 'utf8');
  const [, absent = ''] = /^What it does not have: (.*)$/mu.exec(guide) ?? [];
  expect(missing.filter((name) => !absent.includes(`\`${name}\``))).toEqual([]);
});

test('what the guide from CASL names is there', () => {
  const guide = readFileSync(join(root, 'docs/migrating/casl-casbin.md'), 'utf8');
  const names = ['packRules', 'permittedFieldsOf', 'rulesToCondition'];
  expect(exportsOf('@casl/ability/extra')).toEqual(expect.arrayContaining(names));
  expect(names.filter((name) => !guide.includes(`\`${name}`))).toEqual([]);
});

test.each(cases)(
  '%s, example %i: the library does what the guide says, and ours the same',
  (name, index, first, second) => {
    const before = /** @type {ReturnType<typeof blocksOf>[0]} */ (first);
    const after = /** @type {ReturnType<typeof blocksOf>[0]} */ (second);
    const code = transformSync(testsOf(`\`\`\`ts\n${before.body}\`\`\`\n`), {
      loader: 'ts',
      format: 'esm',
    }).code;
    const file = `${String(name)}-${String(index)}.js`;
    writeFileSync(join(folder, file), code.replace(/from "vitest"/u, 'from "./vitest.js"'));
    const { stdout, stderr } = spawnSync(process.execPath, [file], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(stdout + stderr).toBe(`${String(before.results.length)} results\n`);
    // casbin's rule is the one that stands above it; what follows is how its rows are read.
    if (!before.body.includes("'casbin'")) expect(after.results).toEqual(before.results);
  },
  60_000,
);
