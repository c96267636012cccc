// The table of CONTRIBUTING.md, on a clone: for every package and every kind of change, the tasks that run.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../setup.js';
import { makeScratch } from '../src/scratch.js';

const packages = readdirSync(join(ROOT, 'packages'));
/** @type {Record<string, { dependencies?: Record<string, string> }>} every project → its manifest */
const manifests = {};
for (const kind of ['packages', 'tools', 'examples']) {
  for (const name of readdirSync(join(ROOT, kind))) {
    const manifest = JSON.parse(readFileSync(join(ROOT, kind, name, 'package.json'), 'utf8'));
    manifests[manifest.name] = manifest;
  }
}
const published = (/** @type {string} */ name) => packages.includes(name.replace('@oslofjord/', ''));
/** Packages that a package's tests import although its manifest does not name them. @type {Map<string, Set<string>>} */
const met = new Map();
for (const folder of packages) {
  const tests = join(ROOT, 'packages', folder, 'test');
  if (!existsSync(tests)) continue;
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const texts = files.map((file) => readFileSync(join(tests, file), 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/from '(@oslofjord\/[a-z-]+)/gu)].map(([, name]) => String(name)),
  );
  met.set(`@oslofjord/${folder}`, new Set(names.filter((name) => name !== `@oslofjord/${folder}`)));
}
/** @param {string} name of a project @returns {string[]} the projects it depends on */
const dependenciesOf = (name) => [
  ...Object.keys(manifests[name]?.dependencies ?? {}).filter((other) => other in manifests),
  ...[...(met.get(name) ?? [])].filter(published),
];
/** @param {string} name of a package @returns {string[]} the projects that depend on it */
const dependentsOf = (name) => Object.keys(manifests).filter((other) => dependenciesOf(other).includes(name));

/** @type {ReturnType<typeof makeScratch>} */
let scratch;
beforeAll(() => {
  scratch = makeScratch(ROOT);
}, 60_000);
afterAll(() => {
  scratch.remove();
});

const SELECT = `
  import { selectAffected } from './tools/workspace/src/select-affected.js';
  const { tasks } = await selectAffected(process.cwd(), 'main');
  console.log(JSON.stringify(Object.fromEntries(tasks)));`;
/** @returns {Record<string, string[]>} target → projects */
const selected = () => JSON.parse(scratch.node('--input-type=module', '-e', SELECT));

/** @param {string} file that is changed for the moment @returns {Record<string, string[]>} target → projects */
const allAffectedBy = (file) => {
  appendFileSync(join(scratch.directory, file), '\n');
  try {
    return selected();
  } finally {
    scratch.git('checkout', '--', file);
  }
};
/** Its pages are made from every package, so that it runs with each. */
const DOCUMENTATION = '@oslofjord/documentation';
/** What a change runs besides the documentation. @param {string} file @returns {Record<string, string[]>} target → projects */
const affectedBy = (file) =>
  Object.fromEntries(
    Object.entries(allAffectedBy(file)).flatMap(([target, projects]) => {
      const others = projects.filter((name) => name !== DOCUMENTATION);
      return others.length === 0 ? [] : [[target, others]];
    }),
  );
const sorted = (/** @type {string[]} */ names) => [...new Set(names)].sort();

test.each(packages)('a source file of %s runs it and its dependents', (folder) => {
  const name = `@oslofjord/${folder}`;
  const readers = sorted([name, ...dependentsOf(name)]);
  const checked = readers.filter(published);
  const {
    lint,
    typecheck,
    test: tested,
    build,
    'check-package': checks,
  } = affectedBy(`packages/${folder}/src/index.ts`);
  expect(lint).toEqual(readers);
  expect(typecheck).toEqual(readers);
  expect(tested).toEqual(readers);
  expect(checks).toEqual(checked);
  expect(build).toEqual(sorted([name, ...checked, ...checked.flatMap(dependenciesOf)]));
});

test.each(packages)('the pages that are made from %s are tested with it', (folder) => {
  expect(allAffectedBy(`packages/${folder}/src/index.ts`)['test']).toContain(DOCUMENTATION);
});

test.each(packages)('a test of %s runs its lint, its type check and its tests', (folder) => {
  const name = `@oslofjord/${folder}`;
  const file = scratch.node(
    '-p',
    `require('node:child_process').execSync('git ls-files packages/${folder}', {encoding:'utf8'}).split('\\n').find((f) => f.endsWith('.test.ts'))`,
  );
  expect(affectedBy(file.trim())).toEqual({ lint: [name], typecheck: [name], test: [name] });
});

test.each(packages)('the README of %s runs its lint, its examples and its package checks', (folder) => {
  const name = `@oslofjord/${folder}`;
  expect(affectedBy(`packages/${folder}/README.md`)).toEqual({
    lint: [name],
    test: [name],
    build: sorted([name, ...dependenciesOf(name)]),
    'check-package': [name],
  });
});

test.each(['tsconfig.base.json', 'nx.json', 'package.json', 'package-lock.json'])(
  '%s at the root runs everything',
  (file) => {
    const affected = affectedBy(file);
    for (const target of ['lint', 'typecheck', 'test', 'build', 'check-package']) {
      expect(affected[target]).toEqual(
        expect.arrayContaining(packages.map((folder) => `@oslofjord/${folder}`)),
      );
    }
  },
);

test('the lint configuration runs the lint of every project and nothing else', () => {
  const affected = allAffectedBy('eslint.config.js');
  expect(Object.keys(affected)).toEqual(['lint']);
  expect(affected['lint']).toEqual(expect.arrayContaining(Object.keys(manifests)));
});

test('a file that no task reads runs nothing', () => {
  expect(affectedBy('.editorconfig')).toEqual({});
});

test('a branch without changes runs nothing', () => {
  expect(selected()).toEqual({});
});
