// What may not be in a changeset, or has to be: every rule is a function that yields problems.
import { sectionOf } from '../sections.js';
import { bumpForBreak, isAtLeast } from '../versions.js';
import { concerns } from './changeset.js';
import { isUnfinished } from './template.js';

/** @import { Changeset } from './changeset.js' */
/** @import { Problem } from '../problems.js' */
/** @import { Workspace } from '../workspace.js' */

/** @typedef {(changeset: Changeset, workspace: Workspace) => Iterable<Problem>} Rule */

/** @param {Problem['severity']} severity @param {string} rule @param {Changeset} changeset @param {number} line @param {string} message @returns {Problem} */
const problem = (severity, rule, { file }, line, message) => ({ severity, rule, file, line, message });

/** @type {Rule} */
const knownPackages = function* (changeset, workspace) {
  for (const [name, { line }] of changeset.bumps) {
    if (workspace.published.some((each) => each.name === name)) continue;
    const names = workspace.published.map((each) => each.name).join(', ');
    yield problem(
      'error',
      'package',
      changeset,
      line,
      `${name} is no published package here; there are ${names}`,
    );
  }
  for (const { packages = [], line } of changeset.parts) {
    for (const name of packages) {
      const found = workspace.find(name);
      if (found === undefined || !changeset.bumps.has(found.name)) {
        yield problem(
          'error',
          'package',
          changeset,
          line,
          `the section is about '${name}', which the front matter does not name`,
        );
      }
    }
  }
};

/** @type {Rule} */
const sayingSomething = function* (changeset) {
  const { bumps, summary, parts } = changeset;
  // `changeset add --empty` says on purpose that nothing changes for users.
  if (bumps.size === 0) {
    if (parts.length > 0) yield problem('error', 'package', changeset, 1, 'has notes and names no package');
    return;
  }
  if (summary === '') {
    yield problem(
      'error',
      'summary',
      changeset,
      bumps.size + 3,
      'begins with no sentence about what changes; the changelog needs one before the first heading',
    );
  }
  if (parts.length === 0) {
    yield problem(
      'error',
      'sections',
      changeset,
      bumps.size + 3,
      'has no section; put what changes for users under a heading such as ### Bug Fixes',
    );
  }
  if (parts.length > 0 && parts.every(({ id }) => id === 'prelude')) {
    yield problem(
      'error',
      'prelude',
      changeset,
      parts[0]?.line ?? 1,
      'has a prelude and nothing else; a prelude introduces other sections',
    );
  }
  for (const { id, line, items } of parts) {
    if (items.length === 0 || items.some(({ text }) => text === '')) {
      yield problem(
        'error',
        'empty-section',
        changeset,
        line,
        `the section ${sectionOf(id).title} is empty, or an item of it; write it or leave it out`,
      );
    }
  }
};

/** @type {Rule} */
const finishedTexts = function* (changeset) {
  if (isUnfinished(changeset.summary)) {
    yield problem(
      'error',
      'template',
      changeset,
      changeset.bumps.size + 4,
      'the summary still has words of the template',
    );
  }
  for (const { items } of changeset.parts) {
    for (const { text, line } of items) {
      if (isUnfinished(text))
        yield problem('error', 'template', changeset, line, 'the item still has words of the template');
    }
  }
};

/** @type {Rule} */
const sufficientBumps = function* (changeset, workspace) {
  for (const [name, { bump, line }] of changeset.bumps) {
    const found = workspace.published.find((each) => each.name === name);
    if (found === undefined) continue;
    const parts = changeset.parts.filter((part) => concerns(part, found));
    for (const part of parts) {
      const { title, needs } = sectionOf(part.id);
      const least = needs === 'break' ? bumpForBreak(found.version) : needs;
      if (!isAtLeast(bump, least)) {
        yield problem(
          'error',
          'bump',
          changeset,
          line,
          `${title} (line ${String(part.line)}) need at least a ${least} of ${name}, and this is a ${bump}`,
        );
      }
    }
    /** @param {readonly string[]} ids */
    const has = (...ids) => parts.some(({ id }) => ids.includes(id));
    if (bump === 'major' && !has('upgrade')) {
      yield problem(
        'warning',
        'bump',
        changeset,
        line,
        `a major of ${name} without Upgrade Notes: what do users have to do?`,
      );
    }
    if (bump === 'minor' && !has('features', 'deprecations', 'upgrade')) {
      yield problem(
        'warning',
        'bump',
        changeset,
        line,
        `a minor of ${name} without New Features or Deprecation Notes: a patch would do`,
      );
    }
    if (bump !== 'none' && parts.every(({ id }) => id === 'prelude') && changeset.parts.length > 0) {
      yield problem(
        'error',
        'sections',
        changeset,
        line,
        `no section is about ${name}; take it out of the front matter, or say what changes for its users`,
      );
    }
  }
};

/** @type {Rule} */
const securityNumbers = function* (changeset) {
  for (const { id, items } of changeset.parts) {
    for (const { text, line } of id === 'security' ? items : []) {
      if (/CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}/iu.test(text)) continue;
      yield problem(
        'warning',
        'security',
        changeset,
        line,
        'names no CVE or GHSA number; operators search for it',
      );
    }
  }
};

/** @type {readonly Rule[]} */
const RULES = [knownPackages, sayingSomething, finishedTexts, sufficientBumps, securityNumbers];

/** @param {readonly Changeset[]} changesets @returns {Problem[]} */
const sharedUids = (changesets) =>
  changesets.flatMap((changeset, index) => {
    const earlier = changesets.slice(0, index).find(({ uid }) => uid === changeset.uid);
    if (earlier === undefined) return [];
    return [
      problem(
        'error',
        'uid',
        changeset,
        1,
        `has the uid ${changeset.uid} of ${earlier.file}; \`release-notes new\` makes a new one`,
      ),
    ];
  });

/**
 * Everything that is wrong with changesets.
 * @param {readonly Changeset[]} changesets
 * @param {Workspace} workspace
 * @returns {Problem[]} by file and line
 */
export const lintChangesets = (changesets, workspace) =>
  [
    ...changesets.flatMap((changeset) => [
      ...changeset.problems,
      ...RULES.flatMap((rule) => [...rule(changeset, workspace)]),
    ]),
    ...sharedUids(changesets),
  ].sort((one, other) =>
    one.file === other.file ? (one.line ?? 0) - (other.line ?? 0) : one.file < other.file ? -1 : 1,
  );
