import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRoot } from './user.js';

const SCRIPT = fileURLToPath(new URL('install.sh', import.meta.url));
const KEPT_OUTPUT = 4_000;

/**
 * Why packages may not be installed here, or undefined when they may.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export const installForbidden = (environment = process.env) => {
  const forbidden = environment['OSLOFJORD_NO_INSTALL'] ?? '';
  if (forbidden !== '' && forbidden !== '0') return 'OSLOFJORD_NO_INSTALL forbids installing it';
  if (!isRoot()) return 'only root may install it';
  if (!existsSync('/usr/bin/apt-get')) return 'this is no Debian, whose packages it is installed from';
  return undefined;
};

/**
 * Installs Debian's packages, starting none of the services in them, and says so on standard error. Where another
 * process installs already, waits for it.
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 * @throws with the end of apt's output
 */
export const install = async (packages) => {
  process.stderr.write(
    `services: installing ${packages.join(' ')} from Debian's packages (OSLOFJORD_NO_INSTALL=1 forbids it)\n`,
  );
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-install-'));
  const log = join(directory, 'log');
  const output = openSync(log, 'a');
  try {
    const status = await new Promise((resolve, reject) => {
      // A session of its own and output to a file: it finishes, and puts policy-rc.d back, whatever happens to us.
      const child = spawn('/bin/sh', [SCRIPT, ...packages], {
        detached: true,
        stdio: ['ignore', output, output],
      });
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (status === 0) return;
    throw new Error(
      `installing ${packages.join(' ')} failed:\n${readFileSync(log, 'utf8').slice(-KEPT_OUTPUT).trim()}`,
    );
  } finally {
    closeSync(output);
    rmSync(directory, { recursive: true, force: true });
  }
};
