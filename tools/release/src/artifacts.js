// What is published of a commit: tarballs with their checksums and bills of materials.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** @param {string} directory @param {string} cwd @param {string[]} words */
const node = (directory, cwd, ...words) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(directory, words[0] ?? ''), ...words.slice(1)],
    { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0)
    throw new Error(
      `${words.join(' ')} in ${cwd.slice(directory.length + 1)} ended with status ${String(status)}:\n${stdout}${stderr}`,
    );
  return stdout;
};

/** Builds a package in a checkout. @param {string} directory of the checkout @param {string} folder */
export const build = (directory, folder) => {
  const cwd = join(directory, folder);
  node(directory, cwd, 'node_modules/tsup/dist/cli-default.js', '--silent');
  node(directory, cwd, 'tools/build/declarations.js');
};

/** Checks a built package as its users get it. @param {string} directory of the checkout @param {string} folder @throws {Error} that says what is wrong */
export const check = (directory, folder) =>
  node(directory, join(directory, folder), 'tools/package-check/src/main.js').trim();

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
