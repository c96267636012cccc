// Publishes what is due. Every step first looks whether it is done, so that the same command goes on after an
// interruption; a version that is out is never published again, and one with other bytes is an error.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tagOf } from '../../release-notes/src/train/manifest.js';
import { readConsumerRuns } from '../../release-notes/src/train/render.js';
import { publishedPackages } from '../../release-notes/src/train/workspace.js';
import {
  build,
  check,
  checkedBefore,
  checksumLines,
  keepChecked,
  makeArtifacts,
  withEach,
} from './artifacts.js';
import { git, withCheckout } from './checkout.js';
import { tryAsConsumers } from './consumers.js';
import { integrityOf, npm, tagsOf } from './npm.js';
import { distTags } from './plan.js';
import { releaseNotes } from './own-notes.js';

/** @typedef {import('./plan.js').Due} Due */
/** @typedef {import('./artifacts.js').Artifact} Artifact */

/** Under which a version waits until all of its release are out and were tried. */
const CANDIDATE = 'candidate';

/**
 * @typedef {object} Release
 * @property {string} root
 * @property {string} out folder that keeps tarballs, checksums and bills of materials
 * @property {(line: string) => void} tell
 */

/**
 * Builds and checks what is due of one commit, or takes what an earlier run has checked.
 * @param {Release} release
 * @param {readonly Due[]} group
 * @returns {Promise<Artifact[]>}
 * @throws {Error} when anything is not as it must be; nothing is published then
 */
export const makeRelease = async ({ root, out, tell }, group) => {
  const commit = group[0]?.commit ?? '';
  const folder = join(root, out, commit.slice(0, 12));
  const before = checkedBefore(folder, group);
  if (before !== undefined) {
    tell(`built and checked already: ${folder.slice(root.length + 1)}`);
    return before;
  }
  rmSync(folder, { recursive: true, force: true });
  return withCheckout(root, commit, async (directory) => {
    await withEach(withNeeded(directory, group), async ({ name, folder: source }) => {
      tell(`build ${name}`);
      await build(directory, source);
    });
    await withEach(group, async (due) => {
      tell(`check ${await check(directory, due.folder)}`);
    });
    for (const due of group) tell(await checkVersion(directory, due));
    const artifacts = makeArtifacts(directory, group, folder);
    writeFileSync(join(folder, 'SHA512SUMS'), checksumLines(artifacts));
    keepChecked(folder, artifacts);
    return artifacts;
  });
};

/**
 * The packages of a group and the siblings that they need, which are checked with them.
 * @param {string} directory
 * @param {readonly Due[]} group
 */
const withNeeded = (directory, group) => {
  const needed = new Set(group.map(({ name }) => name));
  // Each comes after those that it needs, so that from the end every sibling is seen.
  const packages = publishedPackages(directory).reverse();
  for (const { name, dependencies, peerDependencies } of packages) {
    if (!needed.has(name)) continue;
    for (const other of Object.keys({ ...dependencies, ...peerDependencies })) needed.add(other);
  }
  return packages.filter(({ name }) => needed.has(name)).reverse();
};

/** Whether a version says the truth about what changed since the one before it. @param {string} directory @param {Due} due */
const checkVersion = async (directory, { name, previous }) => {
  const folder = mkdtempSync(join(tmpdir(), 'oslofjord-previous-'));
  try {
    const against = previous === undefined ? undefined : await fetchTarball(name, previous, folder);
    return releaseNotes(
      directory,
      'check',
      '--package',
      name,
      ...(against === undefined ? ['--offline'] : ['--against', against]),
    ).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @param {string} name @param {string} version @param {string} folder @returns {Promise<string | undefined>} */
const fetchTarball = async (name, version, folder) => {
  if ((await integrityOf(name, version)) === undefined) return undefined;
  const { status, stdout, stderr } = await npm(
    ['pack', `${name}@${version}`, '--pack-destination', folder, '--json', '--allow-remote=all'],
    { cwd: folder },
  );
  if (status !== 0) throw new Error(`${name} ${version} cannot be fetched: ${stderr.trim()}`);
  return join(folder, JSON.parse(stdout)[0].filename);
};

/**
 * Publishes a tarball, unless the registry has it.
 * @param {Release} release
 * @param {Artifact} artifact
 * @throws {Error} when the registry has other bytes under this version, or refuses
 */
const publishArtifact = async ({ tell }, { name, version, tarball, integrity }) => {
  const stands = await integrityOf(name, version);
  if (stands !== undefined && stands !== integrity) {
    throw new Error(
      `${name} ${version} is out with other bytes (${stands}) than those of its commit (${integrity}): release a new version, and find out who published this one`,
    );
  }
  if (stands === integrity) {
    tell(`publish ${name} ${version}: is out already, with the same bytes`);
    return;
  }
  const { status, stdout, stderr } = await npm([
    'publish',
    tarball,
    '--tag',
    CANDIDATE,
    '--ignore-scripts',
    '--access',
    'public',
  ]);
  // A registry that took it and hung up looks like one that did not: what it has decides.
  const now = await integrityOf(name, version);
  if (now !== integrity)
    throw new Error(
      `${name} ${version} could not be published (status ${String(status)}): ${(stderr || stdout).trim()}\nRun the same command again once the cause is gone: what is out stays out`,
    );
  tell(`publish ${name} ${version}: ${integrity}`);
};

/** @param {Release} release @param {Due} due */
const tagCommit = ({ root, tell }, { name, version, commit, series }) => {
  const tag = tagOf(name, version);
  git(root, 'tag', '--annotate', '--message', `${name} ${version}, series ${series}`, tag, commit);
  tell(`tag ${tag} at ${commit.slice(0, 12)}`);
};

/**
 * Moves the tags of the registry where they belong, and removes the one of candidates.
 * @param {Release} release
 * @param {readonly import('./plan.js').Series[]} all
 */
export const moveDistTags = async ({ tell, root }, all) => {
  const out = git(root, 'tag', '--list', '@oslofjord/*').split('\n');
  for (const name of new Set(all.flatMap(({ packages }) => packages.map((each) => each.name)))) {
    const released = out.filter((tag) => tag.startsWith(`${name}@`)).map((tag) => tag.slice(name.length + 1));
    if (released.length === 0) continue;
    const tags = await tagsOf(name);
    const wanted = distTags(all, name, released);
    for (const [tag, version] of Object.entries(wanted)) {
      if (tags[tag] === version) continue;
      const { status, stderr } = await npm(['dist-tag', 'add', `${name}@${version}`, tag]);
      if (status !== 0)
        throw new Error(`${tag} of ${name} could not be moved to ${version}: ${stderr.trim()}`);
      tell(`${tag} of ${name} is ${version}`);
    }
    if (tags[CANDIDATE] !== undefined) await npm(['dist-tag', 'rm', name, CANDIDATE]);
  }
};

/**
 * Whether a run that is kept has shown that a set works; what is out does not change.
 * @param {string} root
 * @param {string} series
 * @param {readonly { name: string, version: string }[]} set
 * @param {readonly import('./consumers.js').NodeMajor[]} majors
 */
const wasTried = (root, series, set, majors) =>
  readConsumerRuns(root).some(
    (run) =>
      run.series === series &&
      Object.keys(run.packages).length === set.length &&
      set.every(({ name, version }) => run.packages[name] === version) &&
      majors.every((major) => Object.values(run.node[major] ?? { none: false }).every(Boolean)),
  );

/** Keeps what a run of consumers showed, in place of an older one of the same set. @param {string} root @param {import('../../release-notes/src/train/render.js').ConsumerRun} run */
const keepRun = (root, run) => {
  const same = JSON.stringify([run.series, run.packages]);
  const others = readConsumerRuns(root).filter(
    (each) => JSON.stringify([each.series, each.packages]) !== same,
  );
  writeFileSync(join(root, 'releases/consumers.json'), `${JSON.stringify([run, ...others], undefined, 2)}\n`);
};

/**
 * @param {Release} release
 * @param {readonly import('./plan.js').Series[]} all
 * @param {readonly Due[]} group what is due of one commit
 * @param {readonly import('./consumers.js').NodeMajor[]} majors
 */
export const publishGroup = async (release, all, group, majors) => {
  const { root, tell } = release;
  const [first] = group;
  if (first === undefined) return;
  for (const artifact of await makeRelease(release, group)) await publishArtifact(release, artifact);
  // The set as users have it once this is out: what is due, and the latest of what is not.
  const set = (all.find(({ series }) => series === first.series)?.packages ?? [])
    .map(({ name, releases }) => ({
      name,
      version: group.find((due) => due.name === name)?.version ?? releases.at(-1)?.version ?? '',
    }))
    .filter(({ version }) => version !== '');
  if (wasTried(root, first.series, set, majors)) tell('consumers tried this set already');
  else {
    const names = new Set(group.map(({ name }) => name));
    const isNew = (
      /** @type {{ name: string, dependencies: Record<string, string> }} */ { name, dependencies },
    ) => names.has(name) || Object.keys(dependencies).some((needed) => names.has(needed));
    const changed = new Set(
      publishedPackages(root)
        .filter(isNew)
        .map(({ name }) => name),
    );
    tell(`consumers of ${String(changed.size)} packages on Node ${majors.join(', ')}`);
    const { run, problems } = await tryAsConsumers(root, first.series, set, changed, majors);
    if (problems.length > 0) {
      throw new Error(
        `users could not use it, so no tag is moved and nobody gets it by default:\n${problems.join('\n')}`,
      );
    }
    keepRun(root, run);
  }
  for (const due of group) tagCommit(release, due);
};

/** Pushes the tags of git. @param {Release} release @param {string} remote */
export const pushTags = ({ root, tell }, remote) => {
  const tags = git(root, 'tag', '--list', '@oslofjord/*')
    .split('\n')
    .filter((tag) => tag !== '');
  const { status, stderr } = spawnSync(
    'git',
    ['push', '--quiet', remote, ...tags.map((tag) => `refs/tags/${tag}`)],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the tags could not be pushed to ${remote}: ${stderr.trim()}`);
  tell(`pushed ${String(tags.length)} tags to ${remote}`);
};

/** @param {Artifact} artifact @returns {number} bytes */
export const sizeOf = ({ tarball }) => statSync(tarball).size;
