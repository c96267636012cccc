// Ranges of versions as package.json writes them, as far as engines and peers of the family do.
import { compareVersions } from '../versions.js';

const TOP = '999999.0.0';

/** A version whose missing parts are 0. @param {string} text */
const full = (text) => [...text.split('.'), '0', '0'].slice(0, 3).join('.');

/** @param {string} version @param {0 | 1 | 2} place */
const raised = (version, place) =>
  version
    .split('.')
    .map((part, index) => (index < place ? part : index === place ? String(Number(part) + 1) : '0'))
    .join('.');

/** The least and the first excluded version of one alternative. @param {string} text @returns {[string, string]} */
const interval = (text) => {
  let [low, high] = ['0.0.0', TOP];
  for (const [, operator = '', written = ''] of text.matchAll(
    /(>=|<=|<|>|\^|~|=)?\s*v?(\d+(?:\.\d+){0,2})/gu,
  )) {
    const version = full(written);
    const count = written.split('.').length;
    const place = /** @type {0 | 1 | 2} */ (
      Math.max(
        0,
        version.split('.').findIndex((part) => part !== '0'),
      )
    );
    if (operator === '>=') low = version;
    else if (operator === '>') low = raised(version, 2);
    else if (operator === '<') high = version;
    else if (operator === '<=') high = raised(version, 2);
    else if (operator === '^') [low, high] = [version, raised(version, version === '0.0.0' ? 0 : place)];
    else if (operator === '~') [low, high] = [version, raised(version, count === 1 ? 0 : 1)];
    else [low, high] = [version, raised(version, /** @type {0 | 1 | 2} */ (count - 1))];
  }
  return [low, high];
};

/**
 * Whether every version that one range takes is taken by another, too.
 * @param {string} range
 * @param {string} wider
 */
export const isWithin = (range, wider) =>
  range
    .split('||')
    .map(interval)
    .every(([low, high]) => {
      // Alternatives may follow each other: ^5 || ^6 takes what >=5 <7 does.
      let reached = low;
      for (const [from, to] of wider
        .split('||')
        .map(interval)
        .sort(([one], [other]) => compareVersions(one, other))) {
        if (compareVersions(from, reached) <= 0 && compareVersions(to, reached) > 0) reached = to;
      }
      return compareVersions(reached, high) >= 0;
    });
