// Whether the versions to come tell the truth: what is declared is at least what notes imply, and that at least what the
// difference of the public API implies.
import { join } from 'node:path';
import { readPending } from '../changesets/pending.js';
import { deprecationProblems } from '../deprecations/ledger.js';
import { impliedByNotes } from '../releases/next.js';
import { pendingBump } from '../releases/release.js';
import { bumpBetween, bumpForBreak, compareVersions, greatest, isAtLeast } from '../versions.js';
import { compareSurfaces } from './compare.js';
import { publishedSurface } from './published.js';
import { surfaceOf } from './surface.js';

/** @import { Problem } from '../problems.js' */
/** @import { Bump } from '../versions.js' */
/** @import { Workspace, WorkspacePackage } from '../workspace.js' */
/** @import { Difference } from './relate.js' */

/** @typedef {{ name: string, declared: Bump, notes: Bump, api: Bump, from: string | undefined, differences: readonly Difference[], problems: Problem[] }} Verdict */

/**
 * The least bump that differences allow.
 * @param {readonly Difference[]} differences
 * @param {string} version that was published
 * @returns {Bump}
 */
export const impliedByApi = (differences, version) =>
  greatest(differences.map(({ level }) => (level === 'break' ? bumpForBreak(version) : 'minor')));

/**
 * @param {Workspace} workspace
 * @param {WorkspacePackage} each
 * @param {{ against: string | undefined, asksRegistry: boolean }} options
 * @returns {Verdict}
 */
export const checkPackage = (workspace, each, options) => {
  const { root } = workspace;
  const changesets = readPending(root);
  const notes = impliedByNotes(each, changesets);
  const published = publishedSurface(root, each, options);
  const differences =
    published === undefined ? [] : compareSurfaces(published.surface, surfaceOf(join(root, each.folder)));
  const base = published?.surface.version ?? each.version;
  // What package.json has above the published version was declared by a release that is not out yet.
  const raised = compareVersions(each.version, base) > 0 ? bumpBetween(base, each.version) : 'none';
  const declared = greatest([pendingBump(each, changesets), raised]);
  const api = impliedByApi(differences, base);
  /** @type {Problem[]} */
  const problems = [];
  const own = changesets.filter(({ bumps }) => bumps.has(each.name));
  const file = own[0]?.file ?? `${each.folder}/package.json`;
  if (!isAtLeast(declared, notes)) {
    problems.push({
      severity: 'error',
      rule: 'bump',
      file,
      message: `declares ${declared === 'none' ? 'no release' : `a ${declared}`} of ${each.name}, and the notes say ${notes}`,
    });
  }
  if (!isAtLeast(declared, api)) {
    for (const { level, where, message } of differences) {
      const needed = level === 'break' ? bumpForBreak(base) : 'minor';
      if (isAtLeast(declared, needed)) continue;
      problems.push({
        severity: 'error',
        rule: 'api',
        file,
        message: `${each.name}: ${where} ${message}; that needs a ${needed}, and ${declared === 'none' ? 'none' : `a ${declared}`} is declared`,
      });
    }
  }
  const isBroken = differences.some(({ level }) => level === 'break');
  const upgrades = own.some(({ parts }) => parts.some(({ id }) => id === 'upgrade'));
  if (isBroken && !upgrades && raised === 'none' && isAtLeast(declared, api)) {
    const [first] = differences;
    problems.push({
      severity: 'error',
      rule: 'upgrade',
      file,
      message: `${each.name}: ${String(first?.where)} ${String(first?.message)}, and no Upgrade Note says what its users have to do`,
    });
  }
  problems.push(...deprecationProblems(workspace, each));
  return { name: each.name, declared, notes, api, from: published?.from, differences, problems };
};

/** A verdict in a line. @param {Verdict} verdict */
export const verdictLine = ({ name, declared, notes, api, from, problems }) =>
  `${problems.length === 0 ? '✓' : '✗'} ${name}: declared ${declared} ≥ notes ${notes} ≥ API ${from === undefined ? 'none (nothing was published yet)' : `${api} (against ${from})`}`;
