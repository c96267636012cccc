import { expect, test } from 'vitest';
import { distTags } from '../src/plan.js';

/** @param {string} series @param {string[]} versions @param {string} [from] where its stable branch starts @returns {import('../src/plan.js').Series} */
const series = (series, versions, from) => ({
  file: `releases/${series}.yaml`,
  series,
  phase: 'development',
  dates: {},
  packages: [
    {
      name: '@oslofjord/cache',
      notes: '',
      line: 1,
      releases: versions.map((version) => ({ version, commit: 'a'.repeat(40), line: 1 })),
      stable: from === undefined ? undefined : { branch: `stable/${series}`, from, line: 1 },
    },
  ],
});
const all = [series('2026.2', ['1.2.0', '1.2.1'], '1.2.0'), series('2027.1', ['1.10.0', '2.0.0-rc.0'])];
const tags = (/** @type {string[]} */ ...out) => distTags(all, '@oslofjord/cache', out);

test('latest is the highest final version that is out, whichever series it is of', () => {
  expect(tags('1.2.0', '1.10.0', '1.2.1')).toEqual({ latest: '1.10.0', 'stable-2026.2': '1.2.1' });
  expect(tags('1.2.0')).toEqual({ latest: '1.2.0', 'stable-2026.2': '1.2.0' });
});

test('a pre-release beyond latest is next, and is never latest', () => {
  expect(tags('1.2.0', '1.10.0', '2.0.0-rc.0')).toMatchObject({ latest: '1.10.0', next: '2.0.0-rc.0' });
});

test('what is in no manifest gets no tag', () => {
  expect(tags('9.0.0')).toEqual({});
});
