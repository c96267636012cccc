// What is sent to users when a series gets new versions: what to do first, then what is new, then how to install it.
import { archivedReleases } from '../releases/release.js';
import { readArchived } from '../archive/archived.js';
import { seriesDocument } from '../pages/series.js';

/** @import { Part } from '../rendering/document.js' */
/** @import { Series } from '../train/manifest.js' */
/** @import { Workspace } from '../workspace.js' */

/**
 * The versions of a series that were listed together last: those made from the commit that is listed last.
 * @param {Series} series
 * @param {(ancestor: string, commit: string) => boolean} isAncestor
 * @returns {{ name: string, version: string }[]}
 */
export const latestTrain = ({ packages }, isAncestor) => {
  const last = packages.flatMap(({ name, releases }) =>
    releases.slice(-1).map((release) => ({ name, ...release })),
  );
  const newest = last.reduce(
    (found, { commit }) => (found === undefined || isAncestor(found, commit) ? commit : found),
    /** @type {string | undefined} */ (undefined),
  );
  return last.filter(({ commit }) => commit === newest);
};

/**
 * @param {Workspace} workspace
 * @param {string} series
 * @param {readonly { name: string, version: string }[]} versions
 * @returns {Part}
 * @throws {Error} when there is nothing to announce
 */
export const announcement = (workspace, series, versions) => {
  if (versions.length === 0)
    throw new Error(`series ${series} lists no version yet: there is nothing to announce`);
  const packages = versions.map(({ name, version }) => {
    const each = workspace.get(name);
    const releases = archivedReleases(readArchived(workspace.root, each.folder)).filter(
      (release) => release.version === version,
    );
    return {
      ...each,
      releases: releases.length > 0 ? releases : [{ version, isPending: false, series, notes: [] }],
    };
  });
  const { children = [], texts = [] } = seriesDocument(series, packages);
  const short = packages.map((each, index) => `${each.short} ${versions[index]?.version ?? ''}`);
  return {
    title: `Oslofjord ${series}: ${short.join(', ')}`,
    // A letter has no pages beside it that a link could lead to.
    texts: texts.map((text) => text.replaceAll(/\[(`[^`]+`)\]\([^)]*\)/gu, '$1')),
    children: [
      ...children,
      {
        title: 'How to get it',
        texts: [
          `\`\`\`sh\nnpm install ${versions.map(({ name, version }) => `${name}@${version}`).join(' ')}\n\`\`\``,
          'These versions were tested together; `npx @oslofjord/constraints check` says whether an installed set was.',
        ],
      },
    ],
  };
};
