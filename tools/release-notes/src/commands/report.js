import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** @import { Surroundings } from '../cli.js' */
/** @import { Part } from '../rendering/document.js' */

/** @type {Readonly<Record<string, () => Promise<(document: Part) => string>>>} */
const FORMATS = {
  md: async () => (await import('../rendering/markdown.js')).renderMarkdown,
  rst: async () => (await import('../rendering/rst.js')).renderRst,
  html: async () => (await import('../rendering/html.js')).renderHtml,
};

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  const { readReleases } = await import('../releases/asked-for.js');
  const { packages, format, output, title, 'no-show-source': hidesSource } = readReleases(words, cwd);
  let text;
  if (format === 'json') {
    const shown = packages.map(({ name, releases }) => ({
      package: name,
      releases: releases.map(({ notes, ...release }) => ({
        ...release,
        notes: notes.map(({ file, summary, sections }) => ({
          ...(hidesSource === true ? {} : { file }),
          summary,
          sections: Object.fromEntries(sections.map(({ id, texts }) => [id, texts])),
        })),
      })),
    }));
    text = `${JSON.stringify(shown, null, 2)}\n`;
  } else {
    const load = FORMATS[format];
    if (load === undefined) {
      stderr.write(`release-notes report: '${format}' is no format; use md, rst, html or json\n`);
      return 2;
    }
    const { reportDocument } = await import('../rendering/document.js');
    const [only] = packages;
    const name =
      packages.length === 1 && only !== undefined ? `Release notes of ${only.name}` : 'Release notes';
    text = (await load())(reportDocument(title ?? name, packages));
  }
  if (output === undefined) stdout.write(text);
  else writeFileSync(resolve(cwd, output), text);
  return 0;
};
