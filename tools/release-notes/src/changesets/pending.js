import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseChangeset } from './changeset.js';

/** The changesets that no release has taken yet, by the names of their files. @param {string} root of the workspace */
export const readPending = (root) =>
  readdirSync(join(root, '.changeset'), { withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.md') && entry.name !== 'README.md' && !entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const file = `.changeset/${name}`;
      return parseChangeset(readFileSync(join(root, file), 'utf8'), file);
    });
