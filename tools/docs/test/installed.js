// Packages as their users have them: built, packed, and installed by npm into an empty folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../../package-check/src/consumer.js';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds what has changed since it was built. */
export const build = () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '--projects=tag:kind:packages'],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false' } },
  );
  if (status !== 0) throw new Error(`the packages cannot be built:\n${stdout}${stderr}`);
};

/**
 * A new folder with `packages` installed, and `config`, on which all of them stand.
 * @param {string[]} packages
 * @returns {string} the folder
 */
export const installed = (packages) => {
  const folder = mkdtempSync(join(tmpdir(), 'oslofjord-installed-'));
  writeFileSync(join(folder, 'package.json'), '{"name": "service", "type": "module", "private": true}\n');
  const wanted = [...new Set([...packages, ...(packages.includes('constraints') ? [] : ['config'])])];
  const tarballs = wanted.map((name) => pack(join(root, 'packages', name), folder).tarball);
  execFileSync(
    'npm',
    [
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--omit=peer',
      ...tarballs,
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  return folder;
};
