// The pages of docs that follow from notes: one per series, one per package, and the table of deprecations.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArchived } from '../archive/archived.js';
import { readPending } from '../changesets/pending.js';
import { writeLedger } from '../deprecations/ledger.js';
import { deprecationsPage } from '../deprecations/page.js';
import { archivedReleases, pendingRelease } from '../releases/release.js';
import { reportDocument } from '../rendering/document.js';
import { renderMarkdown } from '../rendering/markdown.js';
import { breakingPage } from './breaking.js';
import { seriesDocument } from './series.js';

/** @import { Workspace } from '../workspace.js' */

const GENERATED =
  '<!-- Written by `release-notes pages` from the notes of the packages; do not edit. -->\n\n';

/**
 * The pages as they should be.
 * @param {Workspace} workspace
 * @returns {Promise<Map<string, string>>} text by path from the root
 */
export const pagesOf = async (workspace) => {
  const { root, series = 'next' } = workspace;
  const changesets = readPending(root);
  const packages = workspace.published.map((each) => {
    const pending = pendingRelease(each, changesets, series);
    const archived = archivedReleases(readArchived(root, each.folder));
    return { ...each, releases: pending === undefined ? archived : [pending, ...archived] };
  });
  const all = packages.flatMap(({ releases }) => releases.map((release) => release.series ?? series));
  /** @type {Map<string, string>} */
  const pages = new Map();
  const names = [...new Set(all)].sort().reverse();
  for (const name of names) {
    const own = packages
      .map((each) => ({
        ...each,
        releases: each.releases.filter((release) => (release.series ?? series) === name),
      }))
      .filter(({ releases }) => releases.length > 0);
    pages.set(`docs/release-notes/${name}.md`, GENERATED + renderMarkdown(seriesDocument(name, own)));
  }
  const noted = packages.filter(({ releases }) => releases.length > 0);
  for (const each of noted) {
    const document = reportDocument(`Release notes of ${each.name}`, [each]);
    pages.set(`docs/release-notes/${each.short}.md`, GENERATED + renderMarkdown(document));
  }
  pages.set(
    'docs/release-notes/README.md',
    GENERATED +
      renderMarkdown({
        title: 'Release notes',
        texts: [
          'A series is what was released together; its page says what to do first. The page of a package has all its versions.',
        ],
        children: [
          { title: 'Series', items: names.map((name) => `[${name}](${name}.md)`) },
          { title: 'Packages', items: noted.map(({ name, short }) => `[\`${name}\`](${short}.md)`) },
          {
            title: 'See also',
            items: ['[what is deprecated](../deprecations.md)', '[what counts as breaking](breaking.md)'],
          },
        ],
      }),
  );
  pages.set('docs/deprecations.md', GENERATED + deprecationsPage(workspace));
  pages.set('docs/release-notes/breaking.md', GENERATED + (await breakingPage(workspace)));
  return pages;
};

/**
 * Writes the pages that differ, and the ledgers of deprecations.
 * @param {Workspace} workspace
 * @returns {Promise<string[]>} their paths
 */
export const writePages = async (workspace) => {
  const stale = await stalePages(workspace);
  for (const [path, text] of stale) {
    if (text === undefined) {
      rmSync(join(workspace.root, path));
      continue;
    }
    mkdirSync(dirname(join(workspace.root, path)), { recursive: true });
    writeFileSync(join(workspace.root, path), text);
  }
  const ledgers = workspace.published.filter((each) => writeLedger(workspace, each));
  return [...ledgers.map(({ folder }) => `${folder}/api/deprecations.json`), ...stale.keys()];
};

/** Pages that were written for what is no more, such as a series that got its name. @param {Workspace} workspace @param {ReadonlyMap<string, string>} pages @returns {string[]} */
const forgotten = ({ root }, pages) => {
  const folder = 'docs/release-notes';
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => !pages.has(path) && readFileSync(join(root, path), 'utf8').startsWith(GENERATED));
};

/**
 * Pages that are missing or say something else than the notes do.
 * @param {Workspace} workspace
 * @returns {Promise<Map<string, string | undefined>>} what they should say; undefined for those that should not be there
 */
export const stalePages = async (workspace) => {
  const pages = await pagesOf(workspace);
  /** @type {Map<string, string | undefined>} */
  const stale = new Map(
    [...pages].filter(([path, text]) => {
      const file = join(workspace.root, path);
      return !existsSync(file) || readFileSync(file, 'utf8') !== text;
    }),
  );
  for (const path of forgotten(workspace, pages)) stale.set(path, undefined);
  return stale;
};
