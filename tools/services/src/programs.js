import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { install, installForbidden } from './install.js';

/** Where Debian puts programs that are not on everybody's PATH. */
const SYSTEM = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** @param {string} program */
const isThere = (program) => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
};

/**
 * Makes sure that a program is there; installs it from Debian's packages when need be and permitted.
 * @param {string} program its name
 * @param {readonly string[]} [packages] of Debian that bring it, one of its name by default
 * @returns {Promise<string | undefined>} why a test with it is skipped, or undefined when it can run
 * @throws Error instead of a reason, when CI=true
 */
export const programMissing = async (program, packages = [program]) => {
  if (isThere(program)) return undefined;
  const forbidden = installForbidden();
  if (forbidden === undefined) {
    await install(packages);
    if (isThere(program)) return undefined;
  }
  const reason = `${program}: ${forbidden ?? 'installing did not help'}; run: apt-get install ${packages.join(' ')}`;
  if (['true', '1'].includes(process.env['CI'] ?? '')) throw new Error(reason);
  return reason;
};
