// A changeset: which packages change, by how much, and what that means to their users, in sections.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { sectionNamed } from '../sections.js';
import { BUMPS } from '../versions.js';

/** @import { Problem } from '../problems.js' */
/** @import { Bump } from '../versions.js' */

/** @typedef {{ text: string, line: number }} Item */

/**
 * @typedef {object} Part one section as it is written
 * @property {string} id
 * @property {number} line of its heading
 * @property {readonly string[] | undefined} packages it is limited to
 * @property {readonly Item[]} items
 */

/**
 * @typedef {object} Changeset
 * @property {string} file
 * @property {string} slug
 * @property {string} uid what tells it apart for ever, also when its text or name changes
 * @property {ReadonlyMap<string, { bump: Bump, line: number }>} bumps by package
 * @property {string} summary what goes before the sections
 * @property {readonly Part[]} parts
 * @property {readonly Problem[]} problems of its form
 */

/** Names as `release-notes new` makes them end in a uid; others get one from the name. @param {string} stem */
const identityOf = (stem) => {
  const match = /^(.+)-([0-9a-f]{16})$/u.exec(stem);
  if (match !== null) return { slug: String(match[1]), uid: String(match[2]) };
  return { slug: stem, uid: createHash('sha256').update(stem).digest('hex').slice(0, 16) };
};

/** Lines without blank ones around them, and without the blanks that all begin with. @param {readonly string[]} lines */
const trimmed = (lines) =>
  lines
    .join('\n')
    .replace(/^(?:[ \t]*\n)+/u, '')
    .trimEnd();

/**
 * The items of a section: those of a list, or all of a text that is none.
 * @param {readonly string[]} lines
 * @param {number} first number of the first line
 */
const itemsOf = (lines, first) => {
  const start = lines.findIndex((line) => line.trim() !== '');
  if (start < 0) return [];
  if (!/^[-*] /u.test(lines[start] ?? '')) return [{ text: trimmed(lines), line: first + start }];
  /** @type {{ line: number, lines: string[] }[]} */
  const items = [];
  for (const [index, line] of lines.entries()) {
    if (index < start) continue;
    if (/^[-*] /u.test(line)) items.push({ line: first + index, lines: [line.slice(2)] });
    else items.at(-1)?.lines.push(line.replace(/^ {1,2}/u, ''));
  }
  return items.map((item) => ({ line: item.line, text: trimmed(item.lines).trim() }));
};

/**
 * Reads a changeset; what is wrong with its form is told, and the rest is read all the same.
 * @param {string} text
 * @param {string} file for messages, from the root of the workspace
 * @returns {Changeset}
 */
export const parseChangeset = (text, file) => {
  /** @type {Problem[]} */
  const problems = [];
  /** @param {string} rule @param {number} line @param {string} message */
  const report = (rule, line, message) => {
    problems.push({ severity: 'error', rule, file, line, message });
  };
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const end = lines.indexOf('---', 1);
  /** @type {Map<string, { bump: Bump, line: number }>} */
  const bumps = new Map();
  if (lines[0] !== '---' || end < 0) {
    report('front-matter', 1, `begins with no front matter; write ---, then "package": bump, then ---`);
  }
  for (const [index, line] of lines.slice(1, Math.max(end, 1)).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^(?:'([^']+)'|"([^"]+)"|([^'":]+)):\s*(\w+)\s*$/u.exec(line);
    const name = match?.[1] ?? match?.[2] ?? match?.[3];
    const bump = BUMPS.find((each) => each === match?.[4]);
    if (name === undefined || bump === undefined) {
      report('front-matter', index + 2, `'${line}' is not "package": bump, with one of ${BUMPS.join(', ')}`);
    } else if (bumps.has(name)) report('front-matter', index + 2, `names ${name} twice`);
    else bumps.set(name, { bump, line: index + 2 });
  }

  /** @type {string[]} */
  const summary = [];
  /** @type {(Omit<Part, 'items'> & { lines: string[] })[]} */
  const parts = [];
  let isCode = false;
  let current = summary;
  for (const [index, line] of lines.entries()) {
    if (index <= end) continue;
    if (/^\s*(?:```|~~~)/u.test(line)) isCode = !isCode;
    const heading = isCode ? null : /^#{1,6}\s+(.*?)\s*#*$/u.exec(line);
    if (heading === null) {
      current.push(line);
      continue;
    }
    const [, words = '', limit] = /^(.*?)\s*(?:\(([^)]*)\))?$/u.exec(String(heading[1])) ?? [];
    const section = sectionNamed(words);
    if (section === undefined) {
      report(
        'unknown-section',
        index + 1,
        `'${words}' is no section; use Prelude, New Features, Known Issues, Upgrade Notes, Deprecation Notes, Critical Issues, Security Issues, Bug Fixes or Other Notes`,
      );
    }
    current = [];
    const packages = limit?.split(',').map((name) => name.trim());
    parts.push({ id: section?.id ?? '', line: index + 1, packages, lines: current });
  }
  return {
    file,
    ...identityOf(basename(file, '.md')),
    bumps,
    summary: trimmed(summary),
    parts: parts
      .filter(({ id }) => id !== '')
      .map(({ lines: body, ...part }) => ({
        ...part,
        items:
          part.id === 'prelude'
            ? [{ text: trimmed(body), line: part.line + 1 }].filter((item) => item.text !== '')
            : itemsOf(body, part.line + 1),
      })),
    problems,
  };
};

/**
 * Whether a section of a changeset is about a package.
 * @param {Part} part
 * @param {{ name: string, short: string }} workspacePackage
 */
export const concerns = ({ packages }, { name, short }) =>
  packages === undefined || packages.includes(name) || packages.includes(short);
