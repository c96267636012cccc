// Users of a published package: each installs it alone from the registry into an empty folder, imports it, requires it,
// compiles against it, and does what its README does, on every supported Node.js.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { testsOf } from '../../build/markdown-examples.js';
import { entriesOf } from '../../package-check/src/consumer.js';
import { typeProblemsBy } from '../../package-check/src/types.js';
import { fetchNode, NODE_VERSIONS } from '../../workspace/src/node-versions.js';
import { npm } from './npm.js';

/** @typedef {import('../../workspace/src/node-versions.js').NodeMajor} NodeMajor */
/** @typedef {import('../../release-notes/src/train/render.js').ConsumerRun} ConsumerRun */

/** What the examples of a README ask of the test runner, without one. */
const EXPECT = `
import { isDeepStrictEqual } from 'node:util';
const plain = (value) => value === null || typeof value !== 'object' || value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set
  ? value
  : Array.isArray(value) ? value.map(plain)
  : Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).map(([key, each]) => [key, plain(each)]));
const tests = [];
export const test = (name, run) => tests.push([name, run]);
export const expect = (value) => ({
  toEqual: (other) => { if (!isDeepStrictEqual(plain(value), plain(other))) throw new Error('got ' + JSON.stringify(value) + ', expected ' + JSON.stringify(other)); },
  toSatisfy: (check) => { if (!check(value)) throw new Error('not as it says: ' + String(value)); },
  rejects: { toSatisfy: async (check) => { let error; try { await value; } catch (thrown) { error = thrown; } if (!check(error)) throw new Error('not as it says: ' + String(error)); } },
});
export const runAll = async () => {
  for (const [name, run] of tests) {
    try { await run(); } catch (error) { console.error(name + ': ' + error.message); process.exitCode = 1; }
  }
  process.exit();
};
`;

/**
 * A script that loads every entry. An entry may say that an optional peer is not installed, and nothing else.
 * @param {string[]} entries
 * @param {string[]} peers that are optional
 * @param {(name: string) => string} load expression
 */
const loading = (entries, peers, load) => `
(async () => {
  for (const name of ${JSON.stringify(entries)}) {
    try {
      if (typeof ${load('name')} !== 'object') throw new Error('it is no module');
    } catch (error) {
      const missing = /Cannot find (?:package|module) '([^']+)'/u.exec(error.message)?.[1];
      if (${JSON.stringify(peers)}.includes(missing)) continue;
      console.error(name + ': ' + error.message);
      process.exitCode = 1;
    }
  }
})();
`;

/** The examples of a README as a script. @param {string} markdown */
const readmeScript = (markdown) => {
  const source = testsOf(markdown).replace("from 'vitest'", "from './expect.mjs'");
  const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20.19' });
  return `import { runAll } from './expect.mjs';\n${code}\nawait runAll();\n`;
};

/**
 * @param {string} root of the workspace, whose compilers are used
 * @param {{ name: string, version: string }} wanted
 * @param {readonly NodeMajor[]} majors
 * @returns {Promise<{ node: ConsumerRun['node'], typescript: ConsumerRun['typescript'], problems: string[] }>}
 */
export const tryAsConsumer = async (root, { name, version }, majors) => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-consumer-'));
  try {
    writeFileSync(join(directory, 'package.json'), '{"private":true}');
    const { status, stderr } = await npm(
      ['install', '--prefer-offline', '--ignore-scripts', `${name}@${version}`],
      { cwd: directory },
    );
    if (status !== 0)
      return {
        node: {},
        typescript: {},
        problems: [`${name} ${version} cannot be installed: ${stderr.trim()}`],
      };

    const installed = join(directory, 'node_modules', name);
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const { peerDependenciesMeta = {} } = manifest;
    const entries = entriesOf(manifest);
    const peers = Object.keys(peerDependenciesMeta).filter((peer) => peerDependenciesMeta[peer].optional);
    const scripts = {
      esm: ['esm.mjs', loading(entries, peers, (name) => `await import(${name})`)],
      cjs: ['cjs.cjs', loading(entries, peers, (name) => `require(${name})`)],
      readme: ['readme.mjs', readmeScript(readFileSync(join(installed, 'README.md'), 'utf8'))],
    };
    writeFileSync(join(directory, 'expect.mjs'), EXPECT);
    for (const [file = '', text = ''] of Object.values(scripts)) writeFileSync(join(directory, file), text);

    const problems = [];
    /** @type {ConsumerRun['node']} */
    const node = {};
    for (const major of majors) {
      const executable = join(fetchNode(root, major), 'node');
      const worked = Object.entries(scripts).map(([what, [file = '']]) => {
        const run = spawnSync(executable, ['--no-warnings', file], {
          cwd: directory,
          encoding: 'utf8',
          timeout: 120_000,
        });
        if (run.status !== 0)
          problems.push(
            `${name} ${version} on Node ${NODE_VERSIONS[major]}, ${what}: ${run.stderr.trim() || run.stdout.trim()}`,
          );
        return [what, run.status === 0];
      });
      node[major] = Object.fromEntries(worked);
    }
    const types = join(directory, 'node_modules/@types/node');
    if (!existsSync(types)) {
      mkdirSync(types, { recursive: true });
      cpSync(join(root, 'node_modules/@types/node'), types, { recursive: true });
      cpSync(join(root, 'node_modules/undici-types'), join(directory, 'node_modules/undici-types'), {
        recursive: true,
      });
    }
    const byCompiler = typeProblemsBy({ directory, entries }, root);
    problems.push(
      ...Object.values(byCompiler)
        .flat()
        .map((problem) => `${name} ${version}: ${problem}`),
    );
    const typescript = Object.fromEntries(
      Object.entries(byCompiler).map(([compiler, found]) => [compiler, found.length === 0]),
    );
    return { node, typescript, problems };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/**
 * Tries the packages of a set that are not what they were, and says what worked for all of them.
 * @param {string} root
 * @param {string} series
 * @param {readonly { name: string, version: string }[]} set
 * @param {ReadonlySet<string>} changed names of those that are tried; the others were, with the same bytes
 * @param {readonly NodeMajor[]} majors
 * @returns {Promise<{ run: ConsumerRun, problems: string[] }>}
 */
export const tryAsConsumers = async (root, series, set, changed, majors) => {
  /** @type {ConsumerRun} */
  const run = {
    series,
    packages: Object.fromEntries(set.map(({ name, version }) => [name, version])),
    node: {},
    typescript: {},
  };
  const problems = [];
  for (const wanted of set.filter(({ name }) => changed.has(name))) {
    const tried = await tryAsConsumer(root, wanted, majors);
    problems.push(...tried.problems);
    for (const [version, worked] of Object.entries(tried.node)) {
      const before = run.node[version] ?? { esm: true, cjs: true, readme: true };
      run.node[version] = {
        esm: before.esm && worked.esm,
        cjs: before.cjs && worked.cjs,
        readme: before.readme && worked.readme,
      };
    }
    for (const [version, worked] of Object.entries(tried.typescript))
      run.typescript[version] = (run.typescript[version] ?? true) && worked;
  }
  return { run, problems };
};
