// All that is wrong with a set of definitions: what Zuul tells, and what it stays silent about.
import { placeOfSource } from './place.js';
import { dependencyRules } from './rules/dependencies.js';
import { jobRules } from './rules/jobs.js';
import { patternRules } from './rules/patterns.js';
import { playbookRules } from './rules/playbooks.js';
import { projectRules } from './rules/projects.js';
import { usageRules } from './rules/usage.js';

/** @import { Layout } from '../layout.js' */

/**
 * What is looked at.
 * @typedef {object} Subject
 * @property {Layout} layout
 * @property {readonly string[]} branches that definitions may apply to
 * @property {(project: string) => readonly string[]} filesOf a project, where they are known
 * @property {(project: string, path: string) => string | undefined} read undefined: there is no such file
 */

/** @typedef {{ project: string, path: string, line: number }} Place */
/** @typedef {{ message: string, at: Place }} Found */
/** @typedef {{ rule: string, severity: 'error' | 'warning', message: string, at: Place }} Finding */

/**
 * @typedef {object} Rule
 * @property {string} name
 * @property {'error' | 'warning'} severity
 * @property {string} why it matters, in a sentence
 * @property {(subject: Subject) => Found[]} find
 */

/** @type {readonly Rule[]} */
export const RULES = [
  ...projectRules,
  ...jobRules,
  ...dependencyRules,
  ...patternRules,
  ...usageRules,
  ...playbookRules,
];

/** @param {Layout} layout @returns {Finding[]} what Zuul itself tells */
const told = ({ problems }) =>
  problems.map(({ severity, name, short, source }) => ({
    rule: `zuul: ${name}`,
    severity: severity === 'warning' ? 'warning' : 'error',
    message: short,
    at: placeOfSource(source),
  }));

/** @param {Finding} one @param {Finding} other */
const byPlace = (one, other) =>
  one.at.path < other.at.path ? -1 : one.at.path > other.at.path ? 1 : one.at.line - other.at.line;

/**
 * @param {Subject} subject
 * @returns {Finding[]} in the order of files and lines, each once
 */
export const lint = (subject) => {
  const found = [
    ...told(subject.layout),
    ...RULES.flatMap(({ name, severity, find }) =>
      find(subject).map(({ message, at }) => ({ rule: name, severity, message, at })),
    ),
  ];
  return [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()].sort(byPlace);
};
