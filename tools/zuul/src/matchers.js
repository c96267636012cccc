import { createRequire } from 'node:module';
import { ConfigError } from './errors.js';

/** @typedef {{ matches: (text: string) => boolean, isNegated: boolean, source: string }} Pattern */

// Loaded when a pattern needs it: most do not.
const require = createRequire(import.meta.url);
/** @returns {typeof import('re2js').RE2JS} */
const re2 = () => require('re2js').RE2JS;

/**
 * Patterns that mean the same to RE2 and to JavaScript: plain characters, groups, alternatives, classes of plain
 * characters, and repetitions. JavaScript compiles them when they are first used, and faster.
 */
const COMMON =
  /^(?:[\w/@ ,:=#%&~<>!;'"-]|\\[.+*?()[\]{}|^$\\/]|[.^$|)*+?]|\((?:\?:|(?!\?))|\[\^?(?:\w-\w|[\w/.@ ])+-?\])*$/u;

/** What a point means in JavaScript's patterns and not in RE2's. */
const OTHER_LINE_ENDS = /[\r\u2028\u2029]/u;

/** The text that was asked about last: many patterns are tried on one. */
const last = { text: '', hasOtherLineEnds: false };

/** @param {string} text */
const hasOtherLineEnds = (text) => {
  if (last.text !== text) {
    last.text = text;
    last.hasOtherLineEnds = OTHER_LINE_ENDS.test(text);
  }
  return last.hasOtherLineEnds;
};

/** @typedef {(text: string) => boolean} Test */

/** @param {string} regex @param {string} flags @returns {Test} throws where JavaScript refuses the pattern */
const byJavaScript = (regex, flags) => {
  const expression = new RegExp(regex, flags);
  return (text) => {
    expression.lastIndex = 0;
    return expression.test(text);
  };
};

/** @param {string} regex @returns {Test} throws where RE2 refuses the pattern */
const byRe2 = (regex) => {
  const pattern = re2().compile(regex);
  return (text) => pattern.matcher(text).lookingAt();
};

/** @param {string} regex @returns {Test | undefined} undefined where the pattern is not among the common ones */
const byEither = (regex) => {
  if (!COMMON.test(regex)) return undefined;
  try {
    const test = byJavaScript(regex, 'uy');
    return (text) => (hasOtherLineEnds(text) ? byRe2(regex)(text) : test(text));
  } catch {
    return undefined;
  }
};

/** @param {string} regex @returns {{ test: Test, isRe2: boolean } | undefined} undefined for what is no pattern at all */
const compile = (regex) => {
  const common = byEither(regex);
  if (common !== undefined) return { test: common, isRe2: true };
  try {
    return { test: byRe2(regex), isRe2: true };
  } catch {
    try {
      return { test: byJavaScript(regex, 'y'), isRe2: false };
    } catch {
      return undefined;
    }
  }
};

/** @type {Map<string, { test: Test, isRe2: boolean } | undefined>} */
const compiled = new Map();

/**
 * A pattern that matches at the start of a text, by RE2; by JavaScript's rules, with a warning, where RE2 refuses it.
 * @param {unknown} written a text, or `{ regex, negate }`
 * @param {(warning: ConfigError) => void} warn
 * @returns {Pattern}
 */
export const patternOf = (written, warn) => {
  const { regex, negate = false } =
    typeof written === 'string'
      ? { regex: written }
      : /** @type {{ regex: string, negate?: boolean }} */ (written);
  if (!compiled.has(regex)) compiled.set(regex, compile(regex));
  const known = compiled.get(regex);
  if (known === undefined) throw new ConfigError('Unknown', `'${regex}' is no regular expression`);
  const { test, isRe2 } = known;
  if (!isRe2)
    warn(new ConfigError('Regex Deprecation', `'${regex}' is no pattern of RE2`, { severity: 'warning' }));
  return { matches: (text) => test(text) !== negate, isNegated: negate, source: regex };
};

/** Matches a whole text, by RE2. @param {string} regex */
export const wholePattern = (regex) => {
  const pattern = re2().compile(regex);
  return (/** @type {string} */ text) => pattern.matcher(text).matches();
};

/**
 * What an item is about, as far as branches go.
 * @typedef {{ branch?: string, tag?: string, containingBranches?: readonly string[] }} Ref
 */

/**
 * Whether a definition applies to an item.
 * @param {{ patterns: readonly Pattern[], isExact: boolean } | undefined} branches undefined: to all
 * @param {Ref} ref
 * @param {string} [checkout] a branch that stands for the item's own
 */
export const appliesTo = (branches, ref, checkout) => {
  if (branches === undefined) return true;
  const names =
    checkout !== undefined
      ? [checkout]
      : ref.tag !== undefined
        ? [...(branches.isExact ? [] : [`refs/tags/${ref.tag}`]), ...(ref.containingBranches ?? [])]
        : [ref.branch ?? ''];
  return names.some((name) =>
    branches.patterns.some(({ source, matches }) => (branches.isExact ? source === name : matches(name))),
  );
};

/**
 * Whether changed files let a job run.
 * @param {{ files: readonly Pattern[] | undefined, irrelevantFiles: readonly Pattern[] | undefined }} job
 * @param {readonly string[] | undefined} changed
 */
export const filesMatch = ({ files, irrelevantFiles }, changed) => {
  const names = changed?.filter((name) => name !== '/COMMIT_MSG') ?? [];
  if (names.length === 0) return true;
  if (
    files !== undefined &&
    files.length > 0 &&
    !names.some((name) => files.some(({ matches }) => matches(name)))
  ) {
    return false;
  }
  return !(
    irrelevantFiles !== undefined &&
    irrelevantFiles.length > 0 &&
    names.every((name) => irrelevantFiles.some(({ matches }) => matches(name)))
  );
};
