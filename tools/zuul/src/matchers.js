import { RE2JS } from 're2js';
import { ConfigError } from './errors.js';

/** @typedef {{ matches: (text: string) => boolean, isNegated: boolean, source: string }} Pattern */

/** @type {Map<string, { test: (text: string) => boolean, isRe2: boolean } | undefined>} */
const compiled = new Map();

/** @param {string} regex */
const compile = (regex) => {
  try {
    const re2 = RE2JS.compile(regex);
    return { test: (/** @type {string} */ text) => re2.matcher(text).lookingAt(), isRe2: true };
  } catch {
    try {
      const expression = new RegExp(regex, 'y');
      const test = (/** @type {string} */ text) => {
        expression.lastIndex = 0;
        return expression.test(text);
      };
      return { test, isRe2: false };
    } catch {
      return undefined;
    }
  }
};

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
  const compiled = RE2JS.compile(regex);
  return (/** @type {string} */ text) => compiled.matcher(text).matches();
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
