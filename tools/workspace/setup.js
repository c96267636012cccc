// Installs the locked dependencies when they are missing or out of date; does nothing otherwise.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// Plugins run in this process: a process of their own costs a second and isolates nothing, since the only one is ours.
process.env.NX_ISOLATE_PLUGINS ??= 'false';
process.env.NX_DAEMON ??= 'false';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Installs what `directory` locks, once per state of its lock and version of Node.
 * @param {string} directory with a package.json and a package-lock.json
 * @param {string[]} [flags] further words for `npm ci`
 */
export const install = (directory, flags = []) => {
  const stamp = `${directory}/node_modules/.setup-stamp`;
  const state = createHash('sha256')
    .update(readFileSync(`${directory}/package-lock.json`))
    .update(process.version)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  const { status } = spawnSync('npm', ['ci', '--prefer-offline', '--loglevel=error', ...flags], {
    cwd: directory,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
};

/** Installs the workspace; every command calls this first. */
export const setUp = () => {
  install(ROOT);
};

/**
 * Runs nx in the workspace with its output shown.
 * @param {string[]} words of its command line
 * @returns {number} exit status
 */
export const runNx = (words) =>
  spawnSync(process.execPath, [`${ROOT}/node_modules/nx/dist/bin/nx.js`, ...words], {
    cwd: ROOT,
    stdio: 'inherit',
  }).status ?? 1;

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
