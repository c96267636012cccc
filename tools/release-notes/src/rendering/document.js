// A page before it has a format: headings with texts and lists, all in Markdown.
import { SECTIONS } from '../sections.js';
import { textsOf } from '../releases/release.js';

/** @import { Release } from '../releases/release.js' */

/** @typedef {{ title: string, texts?: readonly string[], items?: readonly string[], children?: readonly Part[] }} Part */

/** @param {Release} release */
export const titleOf = ({ version, isPending }) => (isPending ? `${version}, not released yet` : version);

/**
 * A release with its sections.
 * @param {Release} release
 * @returns {Part}
 */
export const releasePart = (release) => ({
  title: titleOf(release),
  texts: textsOf(release, 'prelude'),
  children: SECTIONS.flatMap(({ id, title }) => {
    const items = id === 'prelude' ? [] : textsOf(release, id);
    return items.length === 0 ? [] : [{ title, items }];
  }),
});

/**
 * All releases of packages, package by package.
 * @param {string} title
 * @param {readonly { name: string, releases: readonly Release[] }[]} packages
 * @returns {Part}
 */
export const reportDocument = (title, packages) => {
  const [only] = packages;
  if (packages.length === 1 && only !== undefined) return { title, children: only.releases.map(releasePart) };
  return {
    title,
    children: packages
      .filter(({ releases }) => releases.length > 0)
      .map(({ name, releases }) => ({ title: name, children: releases.map(releasePart) })),
  };
};
