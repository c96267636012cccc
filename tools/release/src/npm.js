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
 * What the registry says of a package or version; undefined when it has none.
 * @param {string} wanted name, or name@version
 * @param {string} field
 * @throws {Error} when the registry does not answer, which is not the same as not having it
 */
const view = async (wanted, field) => {
  const { status, stdout, stderr } = await npm(['view', wanted, field, '--json', '--prefer-online']);
  if (status === 0) return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  if (/E404|404 Not Found/u.test(stdout + stderr)) return undefined;
  const said = (stderr || stdout).trim().split('\n').slice(0, 3).join(' ');
  throw new Error(`the registry does not say what ${wanted} it has: ${said}`);
};

/** The integrity of a version that the registry has; undefined when it has none. @param {string} name @param {string} version @returns {Promise<string | undefined>} */
export const integrityOf = (name, version) => view(`${name}@${version}`, 'dist.integrity');

/** Where the tags of a package stand. @param {string} name @returns {Promise<Record<string, string>>} tag → version */
export const tagsOf = async (name) => (await view(name, 'dist-tags')) ?? {};
