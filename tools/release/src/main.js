#!/usr/bin/env node
// `npm run release`: prepares, shows and makes the releases of the family.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { announcement, latestTrain } from '../../release-notes/src/announce/announcement.js';
import { renderMarkdown } from '../../release-notes/src/rendering/markdown.js';
import { readHistory } from '../../release-notes/src/train/history.js';
import { readSeries, tagOf } from '../../release-notes/src/train/manifest.js';
import { renderSeries, readConsumerRuns } from '../../release-notes/src/train/render.js';
import { Workspace } from '../../release-notes/src/workspace.js';
import { NODE_VERSIONS } from '../../workspace/src/node-versions.js';
import { writeFileSync } from 'node:fs';
import { checksumLines } from './artifacts.js';
import { git, removeLeftovers } from './checkout.js';
import { withLock } from './lock.js';
import { useRegistry } from './npm.js';
import { dueReleases, validSeries } from './plan.js';
import { prepare, withPrepared } from './prepare.js';
import { makeRelease, moveDistTags, publishGroup, pushTags, sizeOf } from './publish.js';

const USAGE = `npm run release -- [WHAT] [options]

  prepare     the commit with versions, notes, pages and constraints, and the one that lists them in the manifest
  (nothing)   publishes what the manifests list and is not out yet; again after an interruption, it goes on
  --dry-run   shows everything that would happen, and changes nothing

  --series S        the series to prepare (the newest)
  --registry URL    where @oslofjord is published (npm's own setting)
  --against FOLDER  what prepare compares the public API with (the registry)
  --push REMOTE     pushes the tags of git there
  --node 20,22      the versions of Node.js that try the packages (all that are supported)
  --main-branch B   the branch that series are developed on (main)
`;

/** @typedef {import('./consumers.js').NodeMajor} NodeMajor */

const ROOT =
  process.env['RELEASE_ROOT'] ?? fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/u, '');
const OUT = '.release';

/** @param {string} line */
const tell = (line) => {
  process.stdout.write(`${line}\n`);
};

/** @param {string | undefined} list @returns {NodeMajor[]} */
const majorsOf = (list) => {
  const wanted = list?.split(',') ?? Object.keys(NODE_VERSIONS);
  const unknown = wanted.filter((word) => !(word in NODE_VERSIONS));
  if (unknown.length > 0)
    throw new Error(
      `Node ${unknown.join(', ')} is not supported; there are ${Object.keys(NODE_VERSIONS).join(', ')}`,
    );
  return /** @type {NodeMajor[]} */ (wanted.map(Number));
};

/** @param {import('./plan.js').Due[]} group @param {import('./artifacts.js').Artifact[]} artifacts */
const showGroup = (group, artifacts) => {
  tell(`\nIn this order, from commit ${group[0]?.commit.slice(0, 12) ?? ''}:`);
  for (const [index, { name, version, series, previous }] of group.entries()) {
    const artifact = artifacts[index];
    if (artifact === undefined) continue;
    tell(
      `  ${String(index + 1)}. ${name} ${previous === undefined ? '' : `${previous} → `}${version}, series ${series}`,
    );
    tell(`     tag      ${tagOf(name, version)}`);
    tell(`     tarball  ${artifact.tarball.slice(ROOT.length + 1)}, ${String(sizeOf(artifact))} bytes`);
    tell(`     bill     ${artifact.bill.slice(ROOT.length + 1)}`);
  }
  tell(`\nSHA512SUMS\n${checksumLines(artifacts).trimEnd()}`);
};

/**
 * @param {string} directory checkout that has the manifests
 * @param {string} mainBranch
 */
const showDue = async (directory, mainBranch) => {
  const all = validSeries(directory, mainBranch);
  const groups = dueReleases(directory, all);
  if (groups.length === 0) {
    tell('Nothing is due: every version that the manifests list is tagged');
    return;
  }
  for (const group of groups) {
    const release = { root: ROOT, out: OUT, tell };
    showGroup(group, await makeRelease(release, group));
  }
  for (const series of all) {
    const versions = latestTrain(series, readHistory(directory).isAncestor);
    if (versions.length === 0) continue;
    tell(`\nThe announcement:\n`);
    tell(renderMarkdown(announcement(new Workspace(directory), series.series, versions)));
  }
};

const main = async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      series: { type: 'string' },
      registry: { type: 'string' },
      against: { type: 'string' },
      push: { type: 'string' },
      node: { type: 'string' },
      'main-branch': { type: 'string', default: 'main' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [what, ...more] = positionals;
  if (values.help || more.length > 0 || (what !== undefined && what !== 'prepare')) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.registry !== undefined) useRegistry(values.registry);
  const mainBranch = values['main-branch'];
  const majors = majorsOf(values.node);
  const options = { tell, against: values.against };

  return withLock(join(ROOT, OUT, 'lock'), async () => {
    removeLeftovers(ROOT);
    if (values['dry-run']) {
      await withPrepared(ROOT, values.series, options, async (directory, { series, versions }) => {
        for (const { name, from, to } of versions) tell(`${name} ${from} → ${to}, series ${series}`);
        if (versions.length === 0) tell('No note is pending: no version changes');
        await showDue(directory, versions.length === 0 ? mainBranch : git(directory, 'rev-parse', 'HEAD'));
      });
      tell('Nothing was changed');
      return 0;
    }
    if (what === 'prepare') {
      const { series, versions } = await prepare(ROOT, values.series, { ...options, mainBranch });
      for (const { name, from, to } of versions) tell(`${name} ${from} → ${to}, series ${series}`);
      tell(
        versions.length === 0
          ? 'No note is pending: nothing to prepare'
          : 'Two commits made; once they are reviewed, `npm run release` publishes',
      );
      return 0;
    }
    const branch = git(ROOT, 'rev-parse', '--abbrev-ref', 'HEAD');
    if (branch !== mainBranch)
      throw new Error(`the manifests are those of ${mainBranch}, and ${branch} is checked out`);
    const release = { root: ROOT, out: OUT, tell };
    const all = validSeries(ROOT, mainBranch);
    const groups = dueReleases(ROOT, all);
    for (const group of groups) await publishGroup(release, all, group, majors);
    await moveDistTags(release, all);
    if (values.push !== undefined) pushTags(release, values.push);
    if (groups.length === 0) tell('Nothing is due: every version that the manifests list is out');
    else {
      writeFileSync(
        join(ROOT, 'docs/releases.md'),
        renderSeries(readSeries(ROOT).all, readConsumerRuns(ROOT)),
      );
      tell('Commit releases/consumers.json and docs/releases.md: they say on what this was tried');
    }
    return 0;
  });
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`release: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
}
