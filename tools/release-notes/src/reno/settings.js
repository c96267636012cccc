// The options by which reno finds and names release notes: releasenotes/config.yaml, else reno.yaml at the root.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonPattern } from './python-pattern.js';
import { readYaml } from './yaml.js';

/**
 * A kind of notes, in the order in which reports have them.
 * @typedef {{ name: string, title: string, level: number }} Section
 */

/**
 * @typedef {object} Settings
 * @property {string} root of the repository
 * @property {string} notesPath where notes lie, from the root
 * @property {boolean} collapsePreReleases whether notes of pre-releases count as those of the final release
 * @property {boolean} stopAtBranchBase whether a branch's history ends where the former branch began
 * @property {string | undefined} branch the one that is checked out by default
 * @property {string | undefined} askedBranch the one that the command line names: targets of links end in it
 * @property {string | undefined} defaultBranch
 * @property {string | undefined} earliestVersion
 * @property {boolean} addReleaseDate
 * @property {RegExp} releaseTag matches at the start of tags that are versions
 * @property {RegExp} preReleaseTag has a group `pre_release`
 * @property {RegExp} branchName
 * @property {RegExp} closedBranchTag
 * @property {string} branchNamePrefix
 * @property {RegExp} branchSort
 * @property {string} branchSortPrefix
 * @property {readonly Section[]} sections
 * @property {string} preludeName
 * @property {boolean} ignoreNullMerges
 * @property {readonly string[]} ignoreNotes
 * @property {string} unreleasedTitle
 * @property {{ major: readonly string[], minor: readonly string[], patch: readonly string[] }} semver
 */

const DEFAULTS = {
  notesdir: 'notes',
  collapse_pre_releases: true,
  stop_at_branch_base: true,
  branch: null,
  default_branch: 'master',
  earliest_version: null,
  add_release_date: false,
  release_tag_re: '((?:v?[\\d.ab]|rc)+)',
  pre_release_tag_re: '(?P<pre_release>\\.v?\\d+(?:[ab]|rc)+\\d*)$',
  branch_name_re: 'stable/.+',
  closed_branch_tag_re: '(.+)-eo[lm]',
  branch_name_prefix: 'stable/',
  branch_sort_re: 'stable/([0-9].*)',
  branch_sort_prefix: 'stable/zzz',
  sections: [
    ['features', 'New Features'],
    ['issues', 'Known Issues'],
    ['upgrade', 'Upgrade Notes'],
    ['deprecations', 'Deprecation Notes'],
    ['critical', 'Critical Issues'],
    ['security', 'Security Issues'],
    ['fixes', 'Bug Fixes'],
    ['other', 'Other Notes'],
  ],
  prelude_section_name: 'prelude',
  ignore_null_merges: true,
  ignore_notes: [],
  unreleased_version_title: '',
  semver_major: ['upgrade'],
  semver_minor: ['features'],
  semver_patch: ['fixes'],
};

/** Those that may be empty: then what is checked out counts, or the whole history. */
const OPTIONAL = ['branch', 'default_branch', 'earliest_version', 'unreleased_version_title'];

/**
 * What is wrong with the kinds of the values; reno fails on them later, or reads the letters of a text as a list.
 * @param {Readonly<Record<string, unknown>>} options
 * @returns {string[]}
 */
const wrongKinds = (options) =>
  Object.entries(DEFAULTS).flatMap(([name, usual]) => {
    const value = options[name];
    if (OPTIONAL.includes(name) && (value ?? '') === '') return [];
    const isText = OPTIONAL.includes(name) || typeof usual === 'string';
    const isRight = isText ? typeof value === 'string' : !Array.isArray(usual) || Array.isArray(value);
    if (isRight) return [];
    return [`'${name}' must be ${isText ? 'a text; quote it' : 'a list'}, but is ${JSON.stringify(value)}`];
  });

/** A pattern of an option. @param {Readonly<Record<string, string>>} options @param {string} name @param {string} [flags] */
const patternOf = (options, name, flags) => {
  try {
    return pythonPattern(options[name] ?? '', flags);
  } catch (error) {
    throw new SyntaxError(
      `'${name}', ${JSON.stringify(options[name])}, is no pattern that can be read: ${/** @type {Error} */ (error).message}`,
      { cause: error },
    );
  }
};

/** Options of reno that change nothing of what is read here. */
const WITHOUT_EFFECT = ['allow_subdirectories', 'template', 'encoding'];

/** @param {readonly unknown[]} entry @returns {Section} */
const sectionOf = (entry) => {
  const [name, title, level = 1] = entry;
  const isLevel = Number.isInteger(level) && Number(level) >= 1 && Number(level) <= 3;
  if (entry.length < 2 || entry.length > 3 || !isLevel) {
    throw new TypeError(
      `An entry of 'sections' is ${JSON.stringify(entry)}; it must be [name, title] or [name, title, level from 1 to 3]`,
    );
  }
  return { name: String(name), title: String(title), level: Number(level) };
};

/**
 * @param {string} root of the repository
 * @param {string} [folder] of the notes and their configuration
 * @returns {Record<string, unknown>} what the configuration says
 */
const written = (root, folder = 'releasenotes') => {
  const file = [join(root, folder, 'config.yaml'), join(root, 'reno.yaml')].find((path) => existsSync(path));
  if (file === undefined) return {};
  const contents = readYaml(readFileSync(file, 'utf8'), file) ?? {};
  if (typeof contents !== 'object' || Array.isArray(contents)) {
    throw new TypeError(`${file} must be a mapping of options, but is ${JSON.stringify(contents)}`);
  }
  return /** @type {Record<string, unknown>} */ (contents);
};

/**
 * Reads the configuration of a repository.
 * @param {string} root of the repository
 * @param {{ folder?: string, changes?: Record<string, unknown>, warn?: (text: string) => void }} [more] `folder` of the
 *   notes, 'releasenotes' by default; `changes`, of the command line, come before what the file says
 * @returns {Settings}
 */
export const readSettings = (
  root,
  { folder = 'releasenotes', changes = {}, warn = () => undefined } = {},
) => {
  const options = /** @type {Record<string, any>} */ ({ ...DEFAULTS, ...written(root, folder), ...changes });
  const wrong = wrongKinds(options);
  if (wrong.length > 0) throw new TypeError(`The configuration of reno: ${wrong.join('; ')}`);
  for (const [name, value] of Object.entries(options)) {
    if (!(name in DEFAULTS) && !WITHOUT_EFFECT.includes(name)) {
      warn(`ignoring unknown configuration value ${JSON.stringify(name)} = ${JSON.stringify(value)}`);
    }
  }
  return {
    root,
    notesPath: `${folder}/${String(options['notesdir'])}`,
    collapsePreReleases: options['collapse_pre_releases'],
    stopAtBranchBase: options['stop_at_branch_base'],
    branch: options['branch'] || undefined,
    askedBranch: /** @type {string | undefined} */ (changes['branch']),
    defaultBranch: options['default_branch'] || undefined,
    earliestVersion: options['earliest_version'] || undefined,
    addReleaseDate: options['add_release_date'],
    releaseTag: patternOf(options, 'release_tag_re', 'y'),
    preReleaseTag: patternOf(options, 'pre_release_tag_re'),
    branchName: patternOf(options, 'branch_name_re'),
    closedBranchTag: patternOf(options, 'closed_branch_tag_re'),
    branchNamePrefix: options['branch_name_prefix'],
    branchSort: patternOf(options, 'branch_sort_re'),
    branchSortPrefix: options['branch_sort_prefix'],
    sections: options['sections'].map(sectionOf),
    preludeName: options['prelude_section_name'],
    ignoreNullMerges: options['ignore_null_merges'],
    ignoreNotes: options['ignore_notes'],
    unreleasedTitle: options['unreleased_version_title'] ?? '',
    semver: {
      major: options['semver_major'],
      minor: options['semver_minor'],
      patch: options['semver_patch'],
    },
  };
};
