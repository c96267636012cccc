// Links of the finished site: that each page, picture and anchor it names is there.
import { dirname, join, normalize } from 'node:path';

/**
 * @param {ReadonlyMap<string, { links: readonly string[], anchors: ReadonlySet<string> }>} pages path → what it has
 * @param {ReadonlySet<string>} files of the site that are no pages
 * @returns {string[]} one line for each link that leads nowhere
 */
export const brokenLinks = (pages, files) => {
  const problems = [];
  for (const [path, { links }] of pages) {
    for (const link of links) {
      if (/^[a-z]+:/u.test(link)) continue;
      const [target = '', anchor] = link.split('#');
      const wanted = target === '' ? path : normalize(join(dirname(path), target));
      const page = pages.get(wanted);
      if (page === undefined && !files.has(wanted))
        problems.push(`${path}: ${link} leads to no page; correct the link or add ${wanted}`);
      else if (page !== undefined && anchor !== undefined && !page.anchors.has(decodeURIComponent(anchor))) {
        problems.push(
          `${path}: ${link} names an anchor that ${wanted} does not have; it has ${[...page.anchors].join(', ')}`,
        );
      }
    }
  }
  return problems;
};
