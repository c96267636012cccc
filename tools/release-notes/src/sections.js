// The kinds of notes, in the order in which readers meet them: reno's, with what each asks of a version.

/** @import { Bump } from './versions.js' */

/** @typedef {{ id: string, title: string, needs: Bump | 'break' }} Section `needs`: the least bump; 'break': what a break needs */

/** @type {readonly Section[]} */
export const SECTIONS = [
  { id: 'prelude', title: 'Prelude', needs: 'none' },
  { id: 'features', title: 'New Features', needs: 'minor' },
  { id: 'issues', title: 'Known Issues', needs: 'none' },
  { id: 'upgrade', title: 'Upgrade Notes', needs: 'break' },
  { id: 'deprecations', title: 'Deprecation Notes', needs: 'minor' },
  { id: 'critical', title: 'Critical Issues', needs: 'patch' },
  { id: 'security', title: 'Security Issues', needs: 'patch' },
  { id: 'fixes', title: 'Bug Fixes', needs: 'patch' },
  { id: 'other', title: 'Other Notes', needs: 'none' },
];

/** A section by its id or title, in any case. @param {string} words */
export const sectionNamed = (words) => {
  const wanted = words.trim().toLowerCase();
  return SECTIONS.find(({ id, title }) => id === wanted || title.toLowerCase() === wanted);
};

/** @param {string} id @returns {Section} */
export const sectionOf = (id) => /** @type {Section} */ (SECTIONS.find((section) => section.id === id));
