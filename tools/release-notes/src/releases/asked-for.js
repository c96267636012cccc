// The releases that the options of `list` and `report` ask for.
import { parseArgs } from 'node:util';
import { readPending } from '../changesets/pending.js';
import { changesOf, OPTIONS } from '../reno/commands.js';
import { Workspace } from '../workspace.js';
import { releasesInHistory } from './history.js';
import { pendingRelease } from './release.js';

/** @import { Release } from './release.js' */

const OWN = /** @type {const} */ ({
  package: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  pending: { type: 'boolean' },
  format: { type: 'string', default: 'md' },
  output: { type: 'string', short: 'o' },
});

/** A version as reno's options name it: a tag. @param {string} name @param {string} version */
const tagOf = (name, version) => (version.includes('@') ? version : `${name}@${version}`);

/**
 * @param {readonly string[]} words
 * @param {string} cwd
 */
export const readReleases = (words, cwd) => {
  const { values } = parseArgs({ args: [...words], options: { ...OPTIONS, ...OWN } });
  const workspace = Workspace.around(cwd);
  const wanted = values.package?.map((name) => workspace.get(name)) ?? workspace.published;
  const changesets = readPending(workspace.root);
  /** @param {import('../workspace.js').WorkspacePackage} each */
  const withReleases = (each) => {
    const changes = changesOf(values);
    const earliest = changes['earliest_version'];
    const pending = pendingRelease(each, changesets, workspace.series);
    const isShown = pending !== undefined && values.branch === undefined && earliest === undefined;
    /** @type {Release[]} */
    const releases = [
      ...(isShown ? [pending] : []),
      ...(values.pending === true
        ? []
        : releasesInHistory(workspace.root, each, {
            ...changes,
            ...(typeof earliest === 'string' ? { earliest_version: tagOf(each.name, earliest) } : {}),
          })),
    ];
    const kept =
      values.version === undefined
        ? releases
        : releases.filter(({ version }) =>
            values.version?.some((one) => tagOf(each.name, one) === tagOf(each.name, version)),
          );
    return { ...each, releases: kept };
  };
  const packages = wanted.map(withReleases);
  if (values.version !== undefined && packages.every(({ releases }) => releases.length === 0)) {
    throw new Error(
      `no package has notes of ${values.version.join(' or ')}; \`release-notes list\` shows the versions`,
    );
  }
  return { packages, ...values };
};
