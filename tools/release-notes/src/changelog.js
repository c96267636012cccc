// How changesets writes an entry of CHANGELOG.md: the summary of the changeset, then its sections by their titles.
// .changeset/config.json names this module.
import { parseChangeset } from './changesets/changeset.js';
import { listItem } from './rendering/markdown.js';
import { sectionOf } from './sections.js';

/** @param {{ id: string, summary: string }} changeset @returns {Promise<string>} */
export const getReleaseLine = async ({ id, summary: body }) => {
  const { summary, parts } = parseChangeset(`---\n---\n\n${body}\n`, `${id}.md`);
  const blocks = parts.map(({ id: section, packages, items }) => {
    const title = `**${sectionOf(section).title}**${packages === undefined ? '' : ` (${packages.join(', ')})`}`;
    const texts =
      section === 'prelude'
        ? items.map(({ text }) => text)
        : [items.map(({ text }) => listItem(text)).join('\n')];
    return [title, ...texts].join('\n\n');
  });
  return listItem([summary, ...blocks].join('\n\n'));
};

/**
 * @param {readonly unknown[]} _changesets
 * @param {readonly { name: string, newVersion: string }[]} dependencies that were raised
 * @returns {Promise<string>}
 */
export const getDependencyReleaseLine = async (_changesets, dependencies) =>
  dependencies.length === 0
    ? ''
    : `- Needs ${dependencies.map(({ name, newVersion }) => `\`${name}\` ${newVersion}`).join(', ')}.`;
