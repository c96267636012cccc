// What is published of a commit: tarballs with their checksums and bills of materials.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { existsSync, mkdirSync, renameSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { pack } from '../../package-check/src/consumer.js';
import { billOfMaterials } from './bill-of-materials.js';
import { git } from './checkout.js';

/**
 * @typedef {object} Artifact
 * @property {string} name
 * @property {string} version
 * @property {string} folder of the package, in the checkout
 * @property {string} tarball
 * @property {string} integrity sha512-… of the tarball
 * @property {string} bill path of the bill of materials
 */

/** @param {string} directory of the checkout @param {string} folder in it @param {string[]} words @returns {Promise<string>} what it printed */
const node = (directory, folder, ...words) =>
  new Promise((resolve, reject) => {
    const [script = '', ...more] = words;
    const child = spawn(process.execPath, [join(directory, script), ...more], {
      cwd: join(directory, folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (part) => (said += String(part)));
    child.stderr.on('data', (part) => (said += String(part)));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(said.trim());
      else reject(new Error(`${words.join(' ')} in ${folder} ended with status ${String(status)}:\n${said}`));
    });
  });

/** Builds a package in a checkout. @param {string} directory of the checkout @param {string} folder */
export const build = async (directory, folder) => {
  await node(directory, folder, 'node_modules/tsup/dist/cli-default.js', '--silent');
  await node(directory, folder, 'tools/build/declarations.js');
};

/** Checks a built package as its users get it. @param {string} directory of the checkout @param {string} folder @throws {Error} that says what is wrong */
export const check = (directory, folder) => node(directory, folder, 'tools/package-check/src/main.js');

/**
 * Does something with each item, as many at a time as there are processors.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<void>} use
 * @throws {Error} the first that is thrown, once all that has begun has ended
 */
export const withEach = async (items, use) => {
  const left = [...items];
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await use(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  });
  for (const outcome of await Promise.allSettled(workers)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
};

/**
 * Packs built packages into `destination`, with checksums and bills of materials.
 * @param {string} directory of the checkout
 * @param {readonly { name: string, version: string, folder: string }[]} packages
 * @param {string} destination
 * @returns {Artifact[]}
 */
export const makeArtifacts = (directory, packages, destination) => {
  mkdirSync(destination, { recursive: true });
  const packed = packages.map((each) => ({ ...each, ...pack(join(directory, each.folder), destination) }));
  const locked = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8')).packages;
  const day = git(directory, 'show', '--no-patch', '--format=%cI', 'HEAD');
  /** @param {string} folder */
  const manifestOf = (folder) => JSON.parse(readFileSync(join(directory, folder, 'package.json'), 'utf8'));
  /** @param {string} name @param {string} range */
  const find = (name, range) => {
    const ours = packed.find((each) => each.name === name && semver.satisfies(each.version, range));
    if (ours !== undefined) return { ...manifestOf(ours.folder), integrity: ours.integrity };
    const linked = locked[`node_modules/${name}`];
    // A sibling that is not released now: what the workspace has of it is what was released before.
    return linked?.link === true
      ? manifestOf(linked.resolved)
      : linked === undefined
        ? undefined
        : { name, ...linked };
  };
  return packed.map(({ name, version, folder, tarball, integrity }) => {
    const manifest = manifestOf(folder);
    const bill = tarball.replace(/\.tgz$/u, '.cdx.json');
    writeFileSync(bill, billOfMaterials({ ...manifest, integrity }, find, day));
    return { name, version, folder: join(directory, folder), tarball, integrity, bill };
  });
};

/** The lines of a file of checksums, as sha512sum reads them. @param {readonly Artifact[]} artifacts */
export const checksumLines = (artifacts) =>
  artifacts
    .map(
      ({ tarball, integrity }) =>
        `${Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')}  ${tarball.split('/').at(-1) ?? ''}\n`,
    )
    .join('');

const CHECKED = 'checked.json';

/**
 * Says that everything in a folder was checked, so that a run that goes on need not build it again.
 * @param {string} out
 * @param {readonly Artifact[]} artifacts
 */
export const keepChecked = (out, artifacts) => {
  const file = join(out, CHECKED);
  writeFileSync(`${file}.new`, JSON.stringify(artifacts, undefined, 2));
  renameSync(`${file}.new`, file);
};

/**
 * What an earlier run has checked of the same versions, if its tarballs are still what they were.
 * @param {string} out
 * @param {readonly { name: string, version: string }[]} packages
 * @returns {Artifact[] | undefined}
 */
export const checkedBefore = (out, packages) => {
  const file = join(out, CHECKED);
  if (!existsSync(file)) return undefined;
  /** @type {Artifact[]} */
  const artifacts = JSON.parse(readFileSync(file, 'utf8'));
  const isSame = packages.every(({ name, version }) =>
    artifacts.some((each) => each.name === name && each.version === version),
  );
  const isWhole = artifacts.every(
    ({ tarball, bill, integrity }) =>
      existsSync(bill) && existsSync(tarball) && integrityOfFile(tarball) === integrity,
  );
  return isSame && isWhole
    ? artifacts.filter(({ name }) => packages.some((each) => each.name === name))
    : undefined;
};

/** @param {string} file */
const integrityOfFile = (file) =>
  `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
