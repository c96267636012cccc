// `npm run matrix [-- 20 22 …]`: runs the tests of every project on each supported Node, fetched as an npm package.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.js';
import { fetchNode, NODE_VERSIONS } from './src/node-versions.js';

setUp();
const asked = process.argv.slice(2).filter((word) => word in NODE_VERSIONS);
const majors = /** @type {import('./src/node-versions.js').NodeMajor[]} */ (
  (asked.length > 0 ? asked : Object.keys(NODE_VERSIONS)).map(Number)
);
const failed = majors.filter((major) => {
  const bin = fetchNode(ROOT, major);
  console.log(`\n— Node ${NODE_VERSIONS[major]} —`);
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
