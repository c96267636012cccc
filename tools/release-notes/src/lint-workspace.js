import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { lintArchived } from './archive/lint.js';
import { lintChangesets } from './changesets/lint.js';
import { lintSince } from './changesets/lint-since.js';
import { readPending } from './changesets/pending.js';
import { deprecationProblems } from './deprecations/ledger.js';
import { Workspace } from './workspace.js';

/** @import { Problem } from './problems.js' */

/**
 * Everything that is wrong with the notes of a workspace.
 * @param {string} cwd
 * @param {string} [since] a reference: packages that changed since need a changeset
 * @returns {Problem[]}
 */
export const lintWorkspace = (cwd, since) => {
  const workspace = Workspace.around(cwd);
  const changesets = readPending(workspace.root);
  const isPreRelease = existsSync(join(workspace.root, '.changeset', 'pre.json'));
  return [
    ...lintChangesets(changesets, workspace),
    ...lintArchived(workspace, isPreRelease ? [] : changesets),
    ...workspace.published.flatMap((each) => deprecationProblems(workspace, each)),
    ...(since === undefined ? [] : lintSince(changesets, workspace, since)),
  ];
};
