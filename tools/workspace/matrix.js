// `npm run matrix [-- 20 22 …]`: runs the tests of every project on each supported Node, fetched as an npm package.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.js';

const VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' };

/**
 * The `node` of a major version, fetched into `.cache/node` once.
 * @param {keyof typeof VERSIONS} major
 * @returns {string} folder that holds the executable
 */
const fetchNode = (major) => {
  const directory = join(ROOT, '.cache', 'node', VERSIONS[major]);
  const bin = join(directory, 'node_modules', 'node', 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"private":true}');
  const source = `node@npm:node-${process.platform}-${process.arch}@${VERSIONS[major]}`;
  const { status } = spawnSync('npm', ['install', '--no-save', '--loglevel=error', source], {
    cwd: directory,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`Node ${VERSIONS[major]} could not be fetched: see above`);
  return bin;
};

setUp();
const asked = process.argv.slice(2).filter((word) => word in VERSIONS);
const majors = /** @type {(keyof typeof VERSIONS)[]} */ (
  (asked.length > 0 ? asked : Object.keys(VERSIONS)).map(Number)
);
const failed = majors.filter((major) => {
  const bin = fetchNode(major);
  console.log(`\n— Node ${VERSIONS[major]} —`);
  const { status } = spawnSync(
    join(bin, 'node'),
    ['node_modules/nx/dist/bin/nx.js', 'run-many', '-t', 'test', '--output-style=static', '--nx-bail=false'],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` } },
  );
  return status !== 0;
});
console.log(
  failed.length === 0 ? `\nAll pass on Node ${majors.join(', ')}` : `\nFailed on Node ${failed.join(', ')}`,
);
process.exitCode = failed.length;
