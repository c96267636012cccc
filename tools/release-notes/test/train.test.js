import { describe, expect, test } from 'vitest';
import { parseManifest } from '../src/train/manifest.js';
import { RULES, validate } from '../src/train/rules.js';
import { successors } from '../src/train/successor.js';

/** Commits in a line, the oldest first; those that begin with s are on the stable branch. */
const LINE = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40));
const [A = '', B = '', C = '', D = ''] = LINE;
const S = '5'.repeat(40);

/**
 * A repository in words: two packages with versions at each commit.
 * @param {Partial<{ versions: Record<string, string>, needs: Record<string, Record<string, string>>, tags: Record<string, string>, pages: Record<string, string> }>} words
 */
const repository = ({ versions = {}, needs = {}, tags = {}, pages = {} } = {}) => {
  /** @type {Record<string, string>} */
  const known = { [A]: '0.1.0', [B]: '0.2.0', [C]: '0.2.1', [D]: '0.3.0', [S]: '0.2.2', ...versions };
  /** @param {string} commit */
  const isKnown = (commit) => LINE.includes(commit) || commit === S;
  return {
    mainBranch: 'main',
    tags: new Map(Object.entries(tags)),
    /** @param {string} path */
    page: (path) =>
      pages[path] ??
      (path === 'packages/cache/package.json' ? '{"name":"@oslofjord/cache"}' : undefined) ??
      (path === 'docs/cache.md' ? '0.1.0 0.2.0 0.2.1 0.2.2 0.3.0 0.4.0 9.9.9 01.2.3' : undefined),
    history: {
      tags: () => new Map(Object.entries(tags)),
      isCommit: isKnown,
      /** @param {string} ancestor @param {string} commit */
      isAncestor: (ancestor, commit) => {
        if (commit === S) return ancestor === S || LINE.indexOf(ancestor) <= LINE.indexOf(C);
        return (
          LINE.includes(ancestor) && LINE.includes(commit) && LINE.indexOf(ancestor) <= LINE.indexOf(commit)
        );
      },
      /** @param {string} name */
      tip: (name) => ({ main: LINE.at(-1), 'stable/2026.2': S })[name],
      /** @param {string} commit @param {string} path */
      fileAt: (commit, path) =>
        path === 'packages/cache/package.json' && isKnown(commit)
          ? JSON.stringify({
              name: '@oslofjord/cache',
              version: known[commit],
              dependencies: needs[commit] ?? {},
            })
          : undefined,
    },
  };
};

/** @param {[string, string][]} releases @param {string} [more] */
const manifest = (releases, more = '') =>
  `series: '2026.2'\nphase: development\ndates: { development: 2026-06-01 }\npackages:\n  '@oslofjord/cache':\n    notes: docs/cache.md\n    releases:\n${releases.map(([version, commit]) => `      - { version: '${version}', commit: '${commit}' }`).join('\n')}\n${more}`;

/**
 * @param {string | string[]} texts of manifests
 * @param {Parameters<typeof repository>[0] & { before?: string }} [words]
 */
const problemsOf = (texts, words = {}) => {
  const read = [texts].flat().map((text) => {
    const name = /^series: '(.*)'/u.exec(text)?.[1] ?? 'x';
    return parseManifest(`releases/${name}.yaml`, text);
  });
  const all = read.flatMap(({ series }) => (series === undefined ? [] : [series]));
  const before =
    words.before === undefined ? undefined : parseManifest('releases/2026.2.yaml', words.before).series;
  const found = validate({ ...repository(words), all, before: before === undefined ? [] : [before] });
  return [...read.flatMap(({ problems }) => problems), ...found].map(
    ({ rule, severity, line }) => `${severity} ${rule} ${String(line)}`,
  );
};
const STABLE = `    stable: { branch: stable/2026.2, from: '0.2.1' }\n`;
const NEXT = `series: '2027.1'\nphase: development\ndates: { development: 2027-01-01 }\npackages:\n  '@oslofjord/cache':\n    notes: docs/cache.md\n    releases:\n`;

test('a manifest that keeps to the rules has no problem', () => {
  expect(
    problemsOf(
      manifest([
        ['0.1.0', A],
        ['0.2.0', B],
        ['0.2.1', C],
      ]),
    ),
  ).toEqual([]);
  expect(
    problemsOf([
      manifest(
        [
          ['0.2.1', C],
          ['0.2.2', S],
        ],
        STABLE,
      ),
      `${NEXT}      - { version: '0.3.0', commit: '${D}' }\n`,
    ]),
  ).toEqual([]);
});

describe('each rule is told with its line', () => {
  /** @type {Record<string, [texts: string | string[], words: Parameters<typeof problemsOf>[1], expected: string]>} */
  const cases = {
    'a series without quotes': [manifest([]).replace("'2026.2'", '2026.2'), {}, 'error shape 1'],
    'an unknown key': [manifest([['0.1.0', A]], '    colour: blue\n'), {}, 'error shape 9'],
    'a short commit': [manifest([['0.1.0', 'abc']]), {}, 'error shape 8'],
    'a phase without a date': [
      manifest([]).replace('phase: development', 'phase: maintained'),
      {},
      'error dates 1',
    ],
    'a phase before the one it follows': [
      manifest([]).replace('2026-06-01 }', '2026-06-01, maintained: 2025-01-01 }'),
      {},
      'error dates 1',
    ],
    'a day that does not exist': [manifest([]).replace('2026-06-01', '2026-02-30'), {}, 'error shape 3'],
    'a package that is not there': [
      manifest([]).replace("'@oslofjord/cache'", "'@oslofjord/cash'"),
      {},
      'error package 6',
    ],
    'a package without its scope': [
      manifest([['0.1.0', A]]).replace("'@oslofjord/cache'", "'cache'"),
      {},
      'error package-version 8',
    ],
    'a page that names a longer version only': [
      manifest([['0.1.0', A]]),
      { pages: { 'docs/cache.md': '## 0.1.0-rc.1\n## 10.1.0\n## 0.1.01' } },
      'error notes 8',
    ],
    'a version with a leading zero': [
      manifest([['01.2.3', A]]),
      { versions: { [A]: '01.2.3' } },
      'error canonical 8',
    ],
    'an odd pre-release': [
      manifest([['0.1.0-nightly', A]]),
      { versions: { [A]: '0.1.0-nightly' }, pages: { 'docs/cache.md': '0.1.0-nightly' } },
      'error canonical 8',
    ],
    'a tag at another commit': [
      manifest([['0.1.0', A]]),
      { tags: { '@oslofjord/cache@0.1.0': B } },
      'error tag 8',
    ],
    'a tag that is not listed': [
      manifest([['0.1.0', A]]),
      { tags: { '@oslofjord/cache@0.9.0': B } },
      'error listed 1',
    ],
    'a commit that is none': [manifest([['0.1.0', 'f'.repeat(40)]]), {}, 'error commit 8'],
    'a commit of another branch': [manifest([['0.2.2', S]]), {}, 'error commit 8'],
    'a package.json that says something else': [
      manifest([['0.1.0', A]]),
      { versions: { [A]: '0.1.1' } },
      'error package-version 8',
    ],
    'a version that shrinks': [
      manifest([
        ['0.2.0', B],
        ['0.1.0', A],
      ]),
      {},
      'error succession 9',
    ],
    'a version that is skipped': [
      manifest([
        ['0.1.0', A],
        ['9.9.9', B],
      ]),
      { versions: { [B]: '9.9.9' } },
      'error succession 9',
    ],
    'a commit that does not follow': [
      manifest([
        ['0.1.0', B],
        ['0.2.0', A],
      ]),
      { versions: { [A]: '0.2.0', [B]: '0.1.0' } },
      'error succession 9',
    ],
    'a new dependency in a patch': [
      manifest([
        ['0.2.0', B],
        ['0.2.1', C],
      ]),
      { needs: { [C]: { yaml: '2.9.1' } } },
      'error dependencies 9',
    ],
    'a raised minimum in a patch': [
      manifest([
        ['0.2.0', B],
        ['0.2.1', C],
      ]),
      { needs: { [B]: { yaml: '^2.8.0' }, [C]: { yaml: '^2.9.0' } } },
      'error dependencies 9',
    ],
    'a raised minimum on a stable branch': [
      manifest(
        [
          ['0.2.1', C],
          ['0.2.2', S],
        ],
        STABLE,
      ),
      { needs: { [C]: { yaml: '^2.8.0' }, [S]: { yaml: '^2.9.0' } } },
      'warning dependencies 9',
    ],
    'a sibling that the series lacks': [
      manifest([['0.1.0', A]]),
      { needs: { [A]: { '@oslofjord/config': '^0.1.0' } } },
      'error siblings 8',
    ],
    'a stable branch of another name': [
      manifest([['0.2.1', C]], STABLE.replace('2026.2', 'old')),
      {},
      'error stable 9',
    ],
    'a stable branch from nowhere': [manifest([['0.2.0', B]], STABLE), {}, 'error stable 9'],
    'a series that begins with a patch': [
      [manifest([['0.2.1', C]], STABLE), `${NEXT}      - { version: '0.2.2', commit: '${D}' }\n`],
      { versions: { [D]: '0.2.2' } },
      'error first-of-series 8',
    ],
    'one version twice': [
      [manifest([['0.3.0', D]]), `${NEXT}      - { version: '0.3.0', commit: '${C}' }\n`],
      {},
      'error once 8',
    ],
    'a page that is not there': [
      manifest([['0.1.0', A]]).replace('docs/cache.md', 'docs/none.md'),
      {},
      'error notes 6',
    ],
    'a page that does not say the version': [
      manifest([['0.1.0', A]]),
      { pages: { 'docs/cache.md': 'nothing' } },
      'error notes 8',
    ],
    'something that is out and was changed': [
      manifest([['0.1.0', B]]),
      { before: manifest([['0.1.0', A]]), versions: { [B]: '0.1.0' }, tags: { '@oslofjord/cache@0.1.0': A } },
      'error appended 8',
    ],
    'a version from a series that is over': [
      manifest([['0.1.0', A]])
        .replace('phase: development', 'phase: end-of-life')
        .replace(' }', ", 'end-of-life': 2026-07-01 }"),
      {},
      'error phase 8',
    ],
  };
  for (const [name, [texts, words, expected]] of Object.entries(cases)) {
    test(name, () => {
      expect(problemsOf(texts, words)).toContain(expected);
    });
  }
  test('a file of another name', () => {
    const { series } = parseManifest('releases/old.yaml', manifest([]));
    const all = series === undefined ? [] : [series];
    expect(validate({ ...repository(), all, before: [] }).map(({ rule }) => rule)).toEqual(['file-name']);
  });
  test('no rule is without a case', () => {
    const tried = new Set([
      'file-name',
      ...Object.values(cases).map(([, , expected]) => expected.split(' ')[1]),
    ]);
    expect(RULES.filter((rule) => !tried.has(rule))).toEqual([]);
  });
});

test('what was listed and is not out may be taken back', () => {
  expect(problemsOf(manifest([]), { before: manifest([['0.1.0', A]]) })).toEqual([]);
});

test('garbage is told, not thrown', () => {
  for (const text of ['', '{', '- 1', 'series: [', "series: '2026.2'\npackages: 3", 'a: b\na: c']) {
    expect(parseManifest('releases/2026.2.yaml', text).problems.length).toBeGreaterThan(0);
  }
});

test('a version may be followed by three kinds of step, and a pre-release by the way to its end', () => {
  expect(successors('1.2.3').filter((version) => !version.includes('-'))).toEqual([
    '1.2.4',
    '1.3.0',
    '2.0.0',
  ]);
  expect(successors('1.3.0-beta.1')).toEqual(['1.3.0-beta.2', '1.3.0-rc.0', '1.3.0']);
});
