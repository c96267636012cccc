// The page of a series: what an operator has to do first, by package; then what is new in each.
import { textsOf } from '../releases/release.js';
import { sectionOf } from '../sections.js';
import { table } from '../rendering/table.js';
import { titleOf } from '../rendering/document.js';

/** @import { Part } from '../rendering/document.js' */
/** @import { Release } from '../releases/release.js' */

/** What asks for something to be done, the most urgent first. */
const TO_DO = ['critical', 'security', 'upgrade', 'deprecations', 'issues'];
const NEWS = ['features', 'fixes', 'other'];

/** @typedef {{ name: string, short: string, releases: readonly Release[] }} Released */

/**
 * One section of all packages.
 * @param {readonly Released[]} packages
 * @param {string} id
 * @returns {Part[]}
 */
const acrossPackages = (packages, id) => {
  const children = packages.flatMap(({ name, releases }) => {
    const items = releases.flatMap((release) => textsOf(release, id));
    return items.length === 0 ? [] : [{ title: name, items }];
  });
  return children.length === 0 ? [] : [{ title: sectionOf(id).title, children }];
};

/**
 * @param {string} series
 * @param {readonly Released[]} packages with their releases of the series, the newest first
 * @returns {Part}
 */
export const seriesDocument = (series, packages) => {
  const rows = packages.map(({ name, short, releases }) => {
    const versions = releases.map(titleOf).reverse();
    return [`[\`${name}\`](${short}.md)`, versions.join(', ')];
  });
  const todo = TO_DO.flatMap((id) => acrossPackages(packages, id));
  return {
    title: `Release notes of ${series}`,
    texts: [table(['package', 'versions of this series'], rows)],
    children: [
      {
        title: 'What to do',
        ...(todo.length === 0 ? { texts: ['Nothing: no release of this series asks for anything.'] } : {}),
        children: todo,
      },
      {
        title: 'What is new',
        children: packages.map(({ name, releases }) => ({
          title: name,
          texts: releases.flatMap((release) => textsOf(release, 'prelude')),
          children: NEWS.flatMap((id) => {
            const items = releases.flatMap((release) => textsOf(release, id));
            return items.length === 0 ? [] : [{ title: sectionOf(id).title, items }];
          }),
        })),
      },
    ],
  };
};
