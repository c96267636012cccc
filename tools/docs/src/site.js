// The whole site in memory: sources to pages, with navigation, search and the check of links.
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { apiPage } from './api.js';
import { pageOf, partsOf, siteLink, sourcesOf } from './contents.js';
import { layout } from './layout.js';
import { brokenLinks } from './links.js';
import { render } from './markdown.js';

const PICTURES = new Set(['.png', '.svg', '.jpg']);
const ASSETS = ['site.css', 'site.js', 'theme.js'];

/**
 * @param {import('./contents.js').Source[]} sources
 * @param {import('./contents.js').Part[]} parts
 * @returns {string[]} sources that no part leads to
 */
const unreachable = (sources, parts) => {
  const listed = new Set(parts.flatMap(({ pages }) => pages.map(({ path }) => path)));
  return sources
    .filter(
      ({ path }) => path !== 'docs/README.md' && !path.startsWith('docs/release-notes/') && !listed.has(path),
    )
    .map(({ path }) => `${path} is reached from nowhere; name it in docs/README.md`);
};

/**
 * @param {string} root of the repository
 * @param {readonly string[]} packages whose API has pages
 * @returns {{ files: Map<string, string | Buffer>, problems: string[], pages: number }}
 */
export const buildSite = (root, packages) => {
  const apis = packages.map((name) => ({
    path: `api/${name}.md`,
    markdown: apiPage(
      JSON.parse(readFileSync(join(root, `.cache/docs/packages/${name}/api.json`), 'utf8')),
      `../packages/${name}/README.md`,
    ),
  }));
  const written = sourcesOf(root);
  const sources = [...written, ...apis];
  const contents = written.find(({ path }) => path === 'docs/README.md')?.markdown ?? '';
  const parts = partsOf(contents);
  const navigation = [
    ...parts.map(({ title, pages }) => ({
      title,
      pages: pages.map((one) => ({ title: one.title, page: pageOf(one.path) })),
    })),
    {
      title: 'API',
      pages: apis.map(({ path }, index) => ({ title: String(packages[index]), page: pageOf(path) })),
    },
  ];
  const paths = new Set(sources.map(({ path }) => path));
  /** @type {Map<string, string | Buffer>} */
  const files = new Map();
  const isPicture = (/** @type {string} */ path) => {
    const isOne = PICTURES.has(extname(path)) && existsSync(join(root, path));
    if (isOne) files.set(path, readFileSync(join(root, path)));
    return isOne;
  };
  /** @type {Map<string, { links: string[], anchors: Set<string> }>} */
  const pages = new Map();
  const index = [];
  for (const { path, markdown } of sources) {
    const page = pageOf(path);
    const text = render(markdown, (target) => siteLink(path, target, paths, isPicture));
    pages.set(page, { links: text.links, anchors: new Set(text.headings.map(({ anchor }) => anchor)) });
    files.set(page, layout({ path: page, text, navigation }));
    for (const { heading, text: words } of text.sections) {
      index.push([
        page,
        heading.anchor,
        text.title,
        heading.level === 1 ? '' : heading.text,
        words.replace(/\s+/gu, ' ').trim(),
      ]);
    }
  }
  for (const name of ASSETS) {
    files.set(`site/${name}`, readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8'));
  }
  files.set('site/index.js', `globalThis.siteIndex = ${JSON.stringify(index)};\n`);
  const problems = [...unreachable(written, parts), ...brokenLinks(pages, new Set(files.keys()))];
  return { files, problems, pages: pages.size };
};
