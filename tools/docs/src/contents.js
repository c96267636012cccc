// What stands in the site, and where: docs/README.md is the table of contents, and its headings and links are the
// navigation.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/**
 * @typedef {object} Source
 * @property {string} path in the repository, or of a page that is made
 * @property {string} markdown
 * @typedef {object} Part
 * @property {string} title
 * @property {{ title: string, path: string }[]} pages
 */

const INDEX = 'docs/README.md';

/** @param {string} path of a source @returns {string} of its page in the site */
export const pageOf = (path) => (path === INDEX ? 'index.html' : path.replace(/\.md$/u, '.html'));

/**
 * The navigation that a table of contents describes: `## Part`, and below it the links.
 * @param {string} markdown of docs/README.md
 * @returns {Part[]}
 */
export const partsOf = (markdown) =>
  markdown
    .split(/^## /mu)
    .slice(1)
    .map((text) => ({
      title: String(text.split('\n')[0]),
      pages: [...text.matchAll(/\[([^\]]+)\]\(([^)#:]+\.md)\)/gu)].map(([, title, target]) => ({
        title: String(title).replaceAll('`', ''),
        path: normalize(join('docs', String(target))),
      })),
    }));

/**
 * Every Markdown text of the repository that belongs to the site.
 * @param {string} root
 * @returns {Source[]}
 */
export const sourcesOf = (root) => {
  const single = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'bench/RESULTS.md'];
  const documents = ['docs', 'tools/zuul/docs', 'examples/volume-service/docs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`),
  );
  const readmes = ['packages', 'tools', 'examples'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => `${kind}/${name}/README.md`),
  );
  return [...single, ...documents, ...readmes]
    .filter((path) => existsSync(join(root, path)))
    .sort()
    .map((path) => ({ path, markdown: readFileSync(join(root, path), 'utf8') }));
};

/**
 * What a link of a source is in the site.
 * @param {string} from path of the source
 * @param {string} target as written
 * @param {ReadonlySet<string>} paths of all sources
 * @param {(path: string) => boolean} isPicture whether a path is a picture that the site has
 * @returns {string | undefined}
 */
export const siteLink = (from, target, paths, isPicture) => {
  if (/^(?:[a-z]+:|#)/u.test(target)) return target;
  const [path = '', anchor] = target.split('#');
  const wanted = normalize(join(dirname(from), path)).replace(/\/$/u, '');
  const source = [wanted, `${wanted}/README.md`].find((candidate) => paths.has(candidate));
  const page = source === undefined ? (isPicture(wanted) ? wanted : undefined) : pageOf(source);
  // A document that is not there is a broken link, for the check to name; other files stand in the repository.
  if (page === undefined) return path.endsWith('.md') ? target : undefined;
  const link = relative(dirname(pageOf(from)), page);
  return anchor === undefined ? link : `${link}#${anchor}`;
};
