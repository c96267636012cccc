// Every generated page of docs/, and which of them are not what the sources say.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { importSource } from '../../../parity/src/bundle.js';
import { channelsPage } from './channels.js';
import { errorsPage } from './errors.js';
import { metricsPage } from './metrics.js';
import { optionsPage } from './options.js';
import { parityPage } from './parity.js';
import { policiesPage } from './policies.js';

const NOTE = '<!-- Written by tools/docs/src/reference/main.js from the sources; do not edit. -->\n\n';

/** @param {string} root @returns {Promise<Map<string, string>>} path → text */
export const generatedPages = async (root) => {
  /** @type {(path: string) => Promise<any>} */
  const load = (path) => importSource(root, path);
  const pages = Object.entries({
    'docs/reference/options.md': await optionsPage(load),
    'docs/reference/errors.md': errorsPage(root),
    'docs/reference/channels.md': await channelsPage(root, load),
    'docs/reference/metrics.md': await metricsPage(load),
    'docs/reference/policies.md': await policiesPage(load),
    'docs/parity.md': await parityPage(root, load),
  });
  const written = new Map();
  for (const [path, text] of pages) {
    const filepath = join(root, path);
    written.set(path, await format(`${NOTE}${text}\n`, { ...(await resolveConfig(filepath)), filepath }));
  }
  return written;
};

/** @param {string} root @returns {Promise<Map<string, string>>} the pages that differ from what is there */
export const changedPages = async (root) => {
  const pages = await generatedPages(root);
  for (const [path, text] of pages) {
    const there = join(root, path);
    if (existsSync(there) && readFileSync(there, 'utf8') === text) pages.delete(path);
  }
  return pages;
};
