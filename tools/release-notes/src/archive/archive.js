// Takes pending changesets into the archives of their packages.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { concerns } from '../changesets/changeset.js';
import { readPending } from '../changesets/pending.js';
import { renoConfiguration } from '../releases/history.js';
import { pendingBump } from '../releases/release.js';
import { bumped } from '../versions.js';
import { archivedForm } from './archived.js';

/** @import { Workspace } from '../workspace.js' */

/** What a note says, without which version says it. @param {string} text */
const withoutHead = (text) => text.replace(/^(?:#.*\n)+/u, '');

/**
 * Writes the notes of every pending changeset as reno's YAML; again with the same changesets it writes the same.
 * @param {Workspace} workspace
 * @returns {string[]} the files, from the root
 */
export const archivePending = (workspace) => {
  const { root, series, changesetOptions } = workspace;
  const changesets = readPending(root);
  const written = [];
  for (const each of workspace.published) {
    const version = bumped(each.version, pendingBump(each, changesets));
    for (const changeset of changesets) {
      const bump = changeset.bumps.get(each.name)?.bump;
      if (bump === undefined) continue;
      const form = archivedForm(changeset, each, { version, bump, series }, (part) => concerns(part, each));
      if (form === undefined) continue;
      const configuration = `${each.folder}/releasenotes/config.yaml`;
      mkdirSync(dirname(join(root, form.file)), { recursive: true });
      if (!existsSync(join(root, configuration))) {
        writeFileSync(
          join(root, configuration),
          renoConfiguration(each.name, changesetOptions.baseBranch ?? 'main'),
        );
        written.push(configuration);
      }
      const stands = existsSync(join(root, form.file))
        ? readFileSync(join(root, form.file), 'utf8')
        : undefined;
      if (stands !== undefined && withoutHead(stands) === withoutHead(form.text)) {
        // Released before, from a stable branch: a note belongs to the earliest version that has it.
        if (stands !== form.text) continue;
      } else if (stands !== undefined) {
        throw new Error(
          `${form.file} is there already and says something else than ${changeset.file}; a note that was released is edited in its YAML, not by a second changeset with its uid`,
        );
      }
      writeFileSync(join(root, form.file), form.text);
      written.push(form.file);
    }
  }
  return written;
};
