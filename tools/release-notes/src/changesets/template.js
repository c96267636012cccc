// The texts that `new` leaves for the author to replace; `lint` finds those that were forgotten.

/** @type {Readonly<Record<string, string>>} by section */
export const TEMPLATE = {
  summary: 'TODO: one sentence, what changes.',
  prelude: 'TODO: what a reader of the whole page must know first.',
  features: 'TODO: what users can do now, and how.',
  issues: 'TODO: what does not work, when, and a way round it.',
  upgrade: 'TODO: what is different, for whom, and what to do about it.',
  deprecations: 'TODO: what is deprecated, why, what to use instead, and when it goes.',
  critical: 'TODO: what may harm a running system, and what to do at once.',
  security: 'TODO: CVE or GHSA number, who is concerned, and what to do.',
  fixes: 'TODO: what went wrong, and since when it does not.',
  other: 'TODO: anything else worth knowing.',
};

/** Words that a text begins or ends with when its author meant to come back. */
const UNFINISHED = /^(?:TODO|TBD|FIXME|XXX)\b|\b(?:TODO|TBD|FIXME|XXX)[.:…!]*$/u;

/** @param {string} text */
export const isUnfinished = (text) =>
  UNFINISHED.test(text.trim()) ||
  Object.values(TEMPLATE).some((words) => text.includes(words.replace(/^TODO: /u, '')));
