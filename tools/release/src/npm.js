// npm as a command, and what it knows of a registry.
import { spawn } from 'node:child_process';

/**
 * Sends the scope of the family to a registry, in this process and those that it starts; everything else stays where
 * npm is set to.
 * @param {string} url
 */
export const useRegistry = (url) => {
  process.env['npm_config_@oslofjord:registry'] = url;
};

/**
 * Runs npm.
 * @param {string[]} words
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<{ status: number, stdout: string, stderr: string }>}
 */
export const npm = (words, { cwd } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', [...words, '--no-audit', '--no-fund', '--no-update-notifier'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => (stdout += String(part)));
    child.stderr.on('data', (part) => (stderr += String(part)));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status: status ?? 1, stdout, stderr });
    });
  });

/**
 * What the registry has of a package.
 * @param {string} name
 * @returns {Promise<{ versions: Record<string, string>, tags: Record<string, string> }>} version → integrity, tag → version
 * @throws {Error} when the registry does not answer, which is not the same as not having it
 */
export const published = async (name) => {
  const { status, stdout, stderr } = await npm([
    'view',
    name,
    '--json',
    '--prefer-online',
    'versions',
    'dist-tags',
  ]);
  if (status !== 0) {
    if (/E404|404 Not Found/u.test(stdout + stderr)) return { versions: {}, tags: {} };
    throw new Error(
      `the registry does not say what ${name} it has: ${(stderr || stdout).trim().split('\n').slice(0, 3).join(' ')}`,
    );
  }
  const { versions, 'dist-tags': tags } = JSON.parse(stdout);
  /** @type {Record<string, string>} */
  const known = {};
  for (const version of [versions].flat()) known[version] = '';
  return { versions: known, tags };
};

/** The integrity of a version that the registry has; undefined when it has none. @param {string} name @param {string} version */
export const integrityOf = async (name, version) => {
  const { versions } = await published(name);
  if (versions[version] === undefined) return undefined;
  const { status, stdout, stderr } = await npm([
    'view',
    `${name}@${version}`,
    'dist.integrity',
    '--json',
    '--prefer-online',
  ]);
  if (status !== 0) throw new Error(`the registry does not say what ${name} ${version} is: ${stderr.trim()}`);
  return /** @type {string} */ (JSON.parse(stdout));
};
