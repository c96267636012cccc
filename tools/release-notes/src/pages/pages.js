// The pages of docs that follow from notes: one per series, one per package, and the table of deprecations.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArchived } from '../archive/archived.js';
import { readPending } from '../changesets/pending.js';
import { writeLedger } from '../deprecations/ledger.js';
import { deprecationsPage } from '../deprecations/page.js';
import { archivedReleases, pendingRelease } from '../releases/release.js';
import { reportDocument } from '../rendering/document.js';
import { renderMarkdown } from '../rendering/markdown.js';
import { seriesDocument } from './series.js';

/** @import { Workspace } from '../workspace.js' */

const GENERATED =
  '<!-- Written by `release-notes pages` from the notes of the packages; do not edit. -->\n\n';

/**
 * The pages as they should be.
 * @param {Workspace} workspace
 * @returns {Map<string, string>} text by path from the root
 */
export const pagesOf = (workspace) => {
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
  return pages;
};

/** Writes the pages that differ. @param {Workspace} workspace @returns {string[]} their paths */
export const writePages = (workspace) => {
  const stale = stalePages(workspace);
  const ledgers = workspace.published.filter((each) => writeLedger(workspace, each));
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(workspace.root, path)), { recursive: true });
    writeFileSync(join(workspace.root, path), text);
  }
  return [...ledgers.map(({ folder }) => `${folder}/api/deprecations.json`), ...stale.keys()];
};

/** Pages that are missing or say something else than the notes do. @param {Workspace} workspace @returns {Map<string, string>} */
export const stalePages = (workspace) =>
  new Map(
    [...pagesOf(workspace)].filter(([path, text]) => {
      const file = join(workspace.root, path);
      return !existsSync(file) || readFileSync(file, 'utf8') !== text;
    }),
  );
