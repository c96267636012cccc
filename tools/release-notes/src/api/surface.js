// The public surface of a built package, as data: what its manifest offers, what its declarations say, which codes of
// errors it has, and how it behaves.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Declarations } from './declarations.js';
import { Shapes } from './shapes.js';

/** @import { Shape } from './shapes.js' */

/**
 * @typedef {object} Surface
 * @property {string} name
 * @property {string} version
 * @property {string} node the versions of Node.js it takes
 * @property {Record<string, { range: string, isOptional: boolean }>} peers
 * @property {string[]} commands
 * @property {Record<string, Record<string, string>>} entries by subpath: what is exported → the name of its shape
 * @property {Record<string, Shape>} shapes
 * @property {string[]} codes of errors
 * @property {Record<string, Record<string, unknown>>} behaviours
 */

/** @param {string} folder */
const scriptsOf = (folder) =>
  readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(folder, 'dist', name), 'utf8'));

/**
 * Runs the script that records a package's behaviours, in a process of its own.
 * @param {string} folder of the built package
 * @param {string} script
 * @returns {Record<string, Record<string, unknown>>}
 */
const observed = (folder, script) => {
  const runner = fileURLToPath(new URL('observe.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [runner, folder, script], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 60_000,
  });
  if (status !== 0)
    throw new Error(`the behaviours of ${folder} could not be recorded by ${script}:\n${stderr}`);
  return JSON.parse(stdout);
};

/**
 * @param {string} folder of a package, with `dist` built
 * @param {string} [script] that records its behaviours; its own by default
 * @returns {Surface}
 */
export const surfaceOf = (folder, script = join(folder, 'api', 'behaviours.js')) => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!existsSync(join(folder, 'dist')))
    throw new Error(`${folder} has no dist; build it first, with \`npx nx build ${basename(folder)}\``);
  const declarations = new Declarations();
  const shapes = new Shapes(declarations);
  /** @type {Surface['entries']} */
  const entries = {};
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const types = typeof target === 'string' ? undefined : target.types;
    if (types === undefined) {
      entries[subpath] = {};
      continue;
    }
    const file = join(folder, types);
    const exported = declarations.exportsOf(file);
    entries[subpath] = Object.fromEntries(exported.map((name) => [name, shapes.exported(file, name)]));
  }
  const short = basename(manifest.name).toUpperCase().replaceAll('-', '_');
  const scripts = scriptsOf(folder);
  /** @param {RegExp} pattern */
  const literals = (pattern) =>
    [
      ...new Set(scripts.flatMap((text) => [...text.matchAll(pattern)].map((match) => String(match[1])))),
    ].sort();
  return {
    name: manifest.name,
    version: manifest.version,
    node: manifest.engines?.node ?? '*',
    peers: Object.fromEntries(
      Object.entries(manifest.peerDependencies ?? {}).map(([name, range]) => [
        name,
        { range: String(range), isOptional: manifest.peerDependenciesMeta?.[name]?.optional === true },
      ]),
    ),
    commands: Object.keys(manifest.bin ?? {}).sort(),
    entries,
    shapes: Object.fromEntries([...shapes.named].sort(([one], [other]) => (one < other ? -1 : 1))),
    codes: literals(new RegExp(`["'\`](ERR_${short}(?:_[A-Z0-9_]+)?)["'\`]`, 'gu')),
    behaviours: observed(folder, script),
  };
};
