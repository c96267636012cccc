/** @import { Source } from '../layout.js' */
/** @import { Place } from './lint.js' */

/** Where a definition stands. @param {Source | undefined} source @param {number} [line] @returns {Place} */
export const placeOfSource = (source, line = source?.line ?? 1) => ({
  project: source?.project ?? '',
  path: source?.path ?? '',
  line,
});
