import { spawnSync } from 'node:child_process';
import { install, installForbidden } from './install.js';

/** The Python that Debian's packages are for; one earlier on PATH may not have them. */
export const PYTHON = '/usr/bin/python3';

const VERSIONS =
  'import json, sys\nfrom importlib.metadata import version\nprint(json.dumps({n: version(n) for n in sys.argv[1:]}))';

/**
 * The versions of installed Python distributions.
 * @param {readonly string[]} names
 * @returns {Readonly<Record<string, string>> | undefined} undefined when one is missing
 */
const versionsOf = (names) => {
  const { status, stdout } = spawnSync(PYTHON, ['-c', VERSIONS, ...names], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : undefined;
};

/**
 * Makes sure that Python originals are there to be compared with; installs them from Debian's packages when need be and
 * permitted.
 * @param {Readonly<Record<string, string>>} wanted distributions with their versions; any version where it is empty
 * @param {readonly string[]} packages of Debian that bring them
 * @returns {Promise<string | undefined>} why a comparison is skipped, or undefined when it can be made
 * @throws Error instead of a reason, when CI=true
 */
export const originalsMissing = async (wanted, packages) => {
  const names = Object.keys(wanted);
  let found = versionsOf(names);
  if (found === undefined && installForbidden() === undefined) {
    await install(packages);
    found = versionsOf(names);
  }
  const reason = reasonOf(wanted, found, packages);
  if (reason !== undefined && ['true', '1'].includes(process.env['CI'] ?? '')) {
    throw new Error(`the Python originals cannot be compared with: ${reason}`);
  }
  return reason;
};

/**
 * @param {Readonly<Record<string, string>>} wanted
 * @param {Readonly<Record<string, string>> | undefined} found
 * @param {readonly string[]} packages
 * @returns {string | undefined}
 */
const reasonOf = (wanted, found, packages) => {
  if (found === undefined) {
    return `${installForbidden() ?? 'installing did not help'}; run: apt-get install ${packages.join(' ')}`;
  }
  const others = Object.keys(wanted).filter((name) => wanted[name] !== '' && found[name] !== wanted[name]);
  if (others.length === 0) return undefined;
  return others.map((name) => `${name} is ${found[name] ?? ''}, not ${wanted[name] ?? ''}`).join(', ');
};
