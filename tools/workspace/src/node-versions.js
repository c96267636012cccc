// The Node.js versions that are supported, each fetched as a package of npm, which needs no installer and no rights.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Major version → the version that is tried. */
export const NODE_VERSIONS = Object.freeze({
  20: '20.20.2',
  22: '22.23.3',
  24: '24.21.0',
  26: '26.10.0',
});

/** @typedef {keyof typeof NODE_VERSIONS} NodeMajor */

/**
 * The `node` of a major version, fetched into `.cache/node` once.
 * @param {string} root of the workspace
 * @param {NodeMajor} major
 * @returns {string} folder that holds the executable
 * @throws {Error} when npm cannot fetch it
 */
export const fetchNode = (root, major) => {
  const version = NODE_VERSIONS[major];
  const directory = join(root, '.cache', 'node', version);
  const bin = join(directory, 'node_modules', 'node', 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"private":true}');
  const source = `node@npm:node-${process.platform}-${process.arch}@${version}`;
  const { status } = spawnSync('npm', ['install', '--no-save', '--loglevel=error', source], {
    cwd: directory,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`Node ${version} could not be fetched: see above`);
  return bin;
};
