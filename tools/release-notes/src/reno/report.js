import { itemsOf } from './note.js';

/** @import { Notes } from './notes.js' */
/** @import { Settings } from './settings.js' */
/** @import { Note } from './tracker.js' */

const UNDERLINES = ['-', '^', '~'];

/** A text's first letters in capitals, the others small, as Python's str.title. @param {string} text */
const titled = (text) =>
  text.replaceAll(/\p{L}+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase());

/** As many characters as Python counts. @param {string} character @param {string} text */
const lineOf = (character, text) => character.repeat([...text].length);

/** A commit as reno prints it. @param {Note} note */
export const sourceOf = ({ commit }) => (commit === undefined ? 'None' : `b'${commit}'`);

/** What Python takes for the end of a line: also the separators of files, groups and records. */
const LINE_END = new RegExp(
  `\\r\\n|[\\n\\r\\v\\f${String.fromCharCode(28)}-${String.fromCharCode(30)}\\u0085\\u2028\\u2029]`,
  'u',
);

/** An item whose lines after the first stand below its text. @param {unknown} item @param {string} place for messages */
const listed = (item, place) => {
  if (typeof item !== 'string') {
    throw new TypeError(`an item of ${place} is no text: ${JSON.stringify(item)}; quote it`);
  }
  const lines = item.split(LINE_END);
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new TypeError(`an item of ${place} is empty; write it or remove it`);
  return `- ${lines.map((line, index) => (index === 0 ? line : `  ${line}`)).join('\n')}\n`;
};

/**
 * The notes of versions as reStructuredText, byte for byte as reno writes them.
 * @param {Notes} notes
 * @param {Settings} settings
 * @param {{ versions?: readonly string[], title?: string, showsSource?: boolean }} [options] all versions by default
 */
export const renderReport = (
  notes,
  settings,
  { versions = notes.versions, title = 'Release Notes', showsSource = true } = {},
) => {
  notes.prepare(versions);
  /** @type {Map<string, ReadonlyMap<string, unknown>>} by path, the last version's reading last */
  const contents = new Map();
  for (const version of versions)
    for (const note of notes.of(version)) contents.set(note.path, notes.read(note));
  const { askedBranch } = settings;
  const branch = askedBranch === undefined ? '' : `_${askedBranch.replaceAll('/', '_')}`;
  const lines = title === '' ? [] : [lineOf('=', title), title, lineOf('=', title), ''];
  for (const version of versions) {
    const heading =
      version.includes('-') && settings.unreleasedTitle !== '' ? settings.unreleasedTitle : version;
    const anchor = `.. _${title === '' ? 'relnotes' : title}_${heading}${branch}`;
    lines.push(`${anchor}:`, '', heading, lineOf('=', heading), '');
    if (settings.addReleaseDate) lines.push(`Release Date: ${notes.dateOf(version)}`, '');

    const { preludeName } = settings;
    const withPrelude = notes.of(version).filter(({ path }) => contents.get(path)?.has(preludeName) === true);
    if (withPrelude.length > 0) {
      const preludeTitle = titled(preludeName.replaceAll('_', ' '));
      lines.push(`${anchor}_${preludeTitle}:`, '', preludeTitle, lineOf('-', preludeName), '');
    }
    for (const note of withPrelude) {
      if (showsSource) lines.push(`.. ${note.path} @ ${sourceOf(note)}\n`);
      const prelude = contents.get(note.path)?.get(preludeName);
      if (typeof prelude !== 'string') throw new TypeError(`the ${preludeName} of ${note.path} is no text`);
      lines.push(prelude, '');
    }

    for (const { name, title: sectionTitle, level } of settings.sections) {
      const items = notes.of(version).flatMap((note) => {
        const found = itemsOf(contents.get(note.path) ?? new Map(), name, note.path);
        return found.map((item) => ({ item, note }));
      });
      if (items.length === 0) continue;
      const underline = lineOf(UNDERLINES[level - 1] ?? '-', sectionTitle);
      lines.push(`${anchor}_${sectionTitle}:`, '', sectionTitle, underline, '');
      for (const { item, note } of items) {
        if (showsSource) lines.push(`.. ${note.path} @ ${sourceOf(note)}\n`);
        lines.push(listed(item, `the ${name} section of ${note.path}`));
      }
      lines.push('');
    }
  }
  return lines.join('\n');
};
