// Notes of releases: one YAML file a note in a package's releasenotes/notes, as reno has them. The comment on its first
// line says which version they belong to, so that pages need neither tags nor history.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNote } from '../reno/note.js';
import { uidOf } from '../reno/uid.js';
import { SECTIONS } from '../sections.js';
import { BUMPS } from '../versions.js';
import { toMarkdown, toRst } from './markup.js';

/** @import { Changeset } from '../changesets/changeset.js' */
/** @import { Bump } from '../versions.js' */
/** @import { WorkspacePackage } from '../workspace.js' */

/**
 * @typedef {object} ArchivedNote
 * @property {string} file from the root
 * @property {string} uid
 * @property {string | undefined} version undefined where its first line does not say it
 * @property {Bump | undefined} bump
 * @property {string | undefined} series
 * @property {string} summary
 * @property {readonly { id: string, texts: readonly string[] }[]} sections in Markdown
 */

/** How reno's settings say which sections there are. */
const SETTINGS = /** @type {any} */ ({
  preludeName: 'prelude',
  sections: SECTIONS.filter(({ id }) => id !== 'prelude').map(({ id, title }) => ({
    name: id,
    title,
    level: 1,
  })),
});

/** @param {string} folder of a package */
export const notesFolder = (folder) => `${folder}/releasenotes/notes`;

/**
 * Reads an archived note.
 * @param {string} text
 * @param {string} file from the root
 * @returns {ArchivedNote}
 * @throws {Error} for what is no note, with the file's name
 */
export const parseArchived = (text, file) => {
  const head = /^# (\w+), (\S+?)(?:, series (\S+))?\n((?:#.*\n)*)/u.exec(text);
  const contents = readNote(text, file, SETTINGS);
  return {
    file,
    uid: uidOf(file),
    version: head?.[2],
    bump: BUMPS.find((bump) => bump === head?.[1]),
    series: head?.[3],
    summary: (head?.[4] ?? '').replaceAll(/^# ?/gmu, '').trim(),
    sections: SECTIONS.flatMap(({ id }) => {
      const written = contents.get(id);
      if (written === undefined) return [];
      const texts = Array.isArray(written) ? written : [written];
      const wrong = texts.find((each) => typeof each !== 'string');
      if (wrong !== undefined) {
        throw new TypeError(
          `the ${id} section of ${file} holds ${JSON.stringify(wrong)} where a text belongs; quote it, or write it as a block (|)`,
        );
      }
      return [{ id, texts: texts.map((each) => toMarkdown(each.trim())) }];
    }),
  };
};

/**
 * The notes of a package that releases have taken, by the names of their files.
 * @param {string} root
 * @param {string} folder of the package
 */
export const readArchived = (root, folder) => {
  const notes = notesFolder(folder);
  if (!existsSync(join(root, notes))) return [];
  return readdirSync(join(root, notes))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => parseArchived(readFileSync(join(root, notes, name), 'utf8'), `${notes}/${name}`));
};

/** A text as a literal block of YAML. @param {string} text @param {string} indent */
const block = (text, indent) =>
  `|\n${text
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n')}`;

/**
 * What the archive has of a changeset for one package; undefined when it says nothing about it.
 * @param {Changeset} changeset
 * @param {WorkspacePackage} workspacePackage
 * @param {{ version: string, bump: Bump, series: string | undefined }} release
 * @param {(part: import('../changesets/changeset.js').Part) => boolean} isWanted
 * @returns {{ file: string, text: string } | undefined}
 */
export const archivedForm = (changeset, workspacePackage, { version, bump, series }, isWanted) => {
  const sections = SECTIONS.flatMap(({ id }) => {
    const texts = changeset.parts
      .filter((part) => part.id === id && isWanted(part))
      .flatMap(({ items }) => items);
    return texts.length === 0 ? [] : [{ id, texts: texts.map(({ text }) => toRst(text)) }];
  });
  if (sections.length === 0) return undefined;
  const head = [
    `# ${bump}, ${version}${series === undefined ? '' : `, series ${series}`}`,
    ...changeset.summary.split('\n').map((line) => `# ${line}`.trimEnd()),
    '---',
  ];
  const body = sections.map(({ id, texts }) =>
    id === 'prelude'
      ? `${id}: ${block(texts.join('\n\n'), '  ')}`
      : [`${id}:`, ...texts.map((text) => `  - ${block(text, '    ')}`)].join('\n'),
  );
  return {
    file: `${notesFolder(workspacePackage.folder)}/${changeset.slug}-${changeset.uid}.yaml`,
    text: `${[...head, ...body].join('\n')}\n`,
  };
};
