// A consumer's folder: the packed tarballs of a package and of the siblings it depends on, unpacked as npm would.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} Manifest what is read of a package.json
 * @property {string} name
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, { default?: string, types?: string } | string>} exports
 */

/**
 * @typedef {object} Consumer
 * @property {string} directory with `node_modules`
 * @property {string} installed folder of the checked package
 * @property {string} tarball of the checked package
 * @property {string[]} files in the tarball, in order
 * @property {Manifest} manifest
 * @property {string[]} entries what a user imports
 * @property {() => void} remove
 */

/** @param {string} directory @returns {Manifest} */
const readManifest = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));

/**
 * What a user imports of a package: '@oslofjord/cache', '@oslofjord/cache/testing', …
 * @param {Pick<Manifest, 'name' | 'exports'>} manifest
 */
export const entriesOf = ({ name, exports }) =>
  Object.entries(exports)
    .filter(([, target]) => typeof target === 'object' && target.default !== undefined)
    .map(([path]) => `${name}${path.slice(1)}`);

/**
 * Packs a built package into `destination`.
 * @param {string} directory
 * @param {string} destination
 * @returns {{ tarball: string, files: string[], integrity: string }}
 */
export const pack = (directory, destination) => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return {
    tarball: join(destination, packed.filename),
    files: packed.files.map((/** @type {{ path: string }} */ file) => file.path).sort(),
    integrity: packed.integrity,
  };
};

/**
 * Makes the folder of a consumer that has installed the package in `directory`.
 * @param {string} root of the workspace, whose node_modules lends what is not ours
 * @param {string} directory of the package, built
 * @returns {Consumer}
 */
export const makeConsumer = (root, directory) => {
  const home = mkdtempSync(join(tmpdir(), 'oslofjord-consumer-'));
  /** @param {string} packageDirectory */
  const installPackage = (packageDirectory) => {
    const manifest = readManifest(packageDirectory);
    const installed = join(home, 'node_modules', manifest.name);
    if (existsSync(installed)) return { installed, manifest, tarball: '', files: [] };
    mkdirSync(installed, { recursive: true });
    const { tarball, files } = pack(packageDirectory, home);
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (name.startsWith('@oslofjord/')) installPackage(join(root, 'packages', name.split('/')[1] ?? ''));
      else lend(name);
    }
    return { installed, manifest, tarball, files };
  };
  /** @param {string} name of a package that is not ours */
  const lend = (name) => {
    const source = join(root, 'node_modules', name);
    const target = join(home, 'node_modules', name);
    if (!existsSync(source) || existsSync(target)) return;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(source, target);
  };
  const { installed, manifest, tarball, files } = installPackage(directory);
  cpSync(join(root, 'node_modules', '@types', 'node'), join(home, 'node_modules', '@types', 'node'), {
    recursive: true,
  });
  lend('undici-types');
  return {
    directory: home,
    installed,
    tarball,
    files,
    manifest,
    entries: entriesOf(manifest),
    remove: () => {
      rmSync(home, { recursive: true, force: true });
    },
  };
};
