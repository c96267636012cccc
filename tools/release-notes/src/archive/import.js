import { basename } from 'node:path';
import { sectionOf } from '../sections.js';
import { bumpForBreak, greatest } from '../versions.js';
import { listItem } from '../rendering/markdown.js';
import { parseArchived } from './archived.js';

/** @import { WorkspacePackage } from '../workspace.js' */

/**
 * A note of reno's as a changeset.
 * @param {string} text
 * @param {string} path of its file
 * @param {WorkspacePackage} target
 * @returns {{ file: string, text: string }}
 */
export const importNote = (text, path, target) => {
  const { uid, sections, summary } = parseArchived(text, path);
  if (sections.length === 0) throw new Error(`${path} has no section that is known`);
  const stem = basename(path, '.yaml');
  const slug = stem.endsWith(uid) ? stem.slice(0, -uid.length - 1) : stem.slice(uid.length + 1);
  const needs = sections.map(({ id }) => {
    const least = sectionOf(id).needs;
    return least === 'break' ? bumpForBreak(target.version) : least;
  });
  // The first sentence stands for the whole where nobody wrote a summary.
  const first = sections.find(({ id }) => id !== 'prelude')?.texts[0] ?? '';
  const sentence = /^[\s\S]*?[.!?](?=\s|$)/u.exec(first)?.[0] ?? first;
  const blocks = sections.map(({ id, texts }) => {
    const body = id === 'prelude' ? texts.join('\n\n') : texts.map(listItem).join('\n');
    return `### ${sectionOf(id).title}\n\n${body}`;
  });
  const front = ['---', `'${target.name}': ${greatest([...needs, 'patch'])}`, '---'].join('\n');
  return {
    file: `.changeset/${slug === '' ? 'note' : slug}-${uid}.md`,
    text: `${[front, summary === '' ? sentence.replaceAll('\n', ' ') : summary, ...blocks].join('\n\n')}\n`,
  };
};
