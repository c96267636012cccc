// Written by `release-notes constraints update`; do not edit.
import type { TestedSet } from './tested-set.ts';

/** The sets of versions that were tested together, the newest first. */
export const testedSets: readonly TestedSet[] = [];
