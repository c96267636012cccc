import { expect, test } from 'vitest';
import { changeset, Scratch, UID } from './scratch.js';

/** @import { Problem } from '../../src/problems.js' */

/**
 * What lint finds in one changeset.
 * @param {string} text
 * @returns {Promise<Problem[]>}
 */
const lint = async (text) => {
  const scratch = new Scratch();
  try {
    scratch.write(`.changeset/a-${UID}.md`, text);
    return JSON.parse((await scratch.run('lint', '--format', 'json')).stdout);
  } finally {
    scratch[Symbol.dispose]();
  }
};

/** @type {readonly [string, string, string, number, RegExp][]} name, text, rule, line, message */
const WRONG = [
  ['no front matter', 'Words.\n', 'front-matter', 1, /begins with no front matter/],
  [
    'a bump that is none',
    changeset({ one: 'huge' }, 'A.\n\n### Bug Fixes\n\n- B.\n'),
    'front-matter',
    2,
    /with one of none, patch, minor, major/,
  ],
  [
    'a package that does not exist',
    "---\n'@scope/three': patch\n---\n\nA.\n\n### Bug Fixes\n\n- B.\n",
    'package',
    2,
    /@scope\/three is no published package here; there are @scope\/one, @scope\/two/,
  ],
  [
    'a section of a package that is not named',
    changeset({ one: 'patch' }, 'A.\n\n### Bug Fixes (two)\n\n- B.\n'),
    'package',
    7,
    /the section is about 'two'/,
  ],
  [
    'an unknown heading',
    changeset({ one: 'patch' }, 'A.\n\n### Fixed\n\n- B.\n'),
    'unknown-section',
    7,
    /'Fixed' is no section; use Prelude/,
  ],
  ['no section', changeset({ one: 'patch' }, 'A.\n'), 'sections', 4, /has no section/],
  [
    'no summary',
    changeset({ one: 'patch' }, '### Bug Fixes\n\n- B.\n'),
    'summary',
    4,
    /begins with no sentence/,
  ],
  [
    'a prelude alone',
    changeset({ one: 'patch' }, 'A.\n\n### Prelude\n\nB.\n'),
    'prelude',
    7,
    /a prelude introduces other sections/,
  ],
  [
    'an empty section',
    changeset({ one: 'patch' }, 'A.\n\n### Bug Fixes\n\n### Other Notes\n\n- B.\n'),
    'empty-section',
    7,
    /Bug Fixes is empty/,
  ],
  [
    'words of the template',
    changeset(
      { one: 'patch' },
      'A.\n\n### Bug Fixes\n\n- TODO: what went wrong, and since when it does not.\n',
    ),
    'template',
    9,
    /words of the template/,
  ],
  [
    'an upgrade in a minor',
    changeset({ one: 'minor' }, 'A.\n\n### Upgrade Notes\n\n- B.\n'),
    'bump',
    2,
    /Upgrade Notes \(line 7\) need at least a major of @scope\/one, and this is a minor/,
  ],
  [
    'an upgrade below 1.0 in a patch',
    changeset({ two: 'patch' }, 'A.\n\n### upgrade\n\n- B.\n'),
    'bump',
    2,
    /need at least a minor/,
  ],
  [
    'a feature in a patch',
    changeset({ one: 'patch' }, 'A.\n\n### NEW FEATURES\n\n- B.\n'),
    'bump',
    2,
    /New Features \(line 7\) need at least a minor/,
  ],
  [
    'a deprecation in a patch',
    changeset({ one: 'patch' }, 'A.\n\n### Deprecation Notes\n\n- B.\n'),
    'bump',
    2,
    /need at least a minor/,
  ],
  [
    'a fix in none',
    changeset({ one: 'none' }, 'A.\n\n### Bug Fixes\n\n- B.\n'),
    'bump',
    2,
    /need at least a patch/,
  ],
  [
    'a package that no section is about',
    changeset({ one: 'patch', two: 'patch' }, 'A.\n\n### Bug Fixes (@scope/one)\n\n- B.\n'),
    'sections',
    3,
    /no section is about @scope\/two/,
  ],
  ['notes without a package', '---\n---\n\nA.\n\n### Bug Fixes\n\n- B.\n', 'package', 1, /names no package/],
];

test.each(WRONG)('%s is an error, with its line', async (_, text, rule, line, message) => {
  const problems = await lint(text);
  const found = problems.find((each) => each.rule === rule && each.line === line);
  expect(found, JSON.stringify(problems)).toMatchObject({
    severity: 'error',
    file: `.changeset/a-${UID}.md`,
  });
  expect(found?.message).toMatch(message);
});

/** @type {readonly [string, string, RegExp][]} */
const DOUBTFUL = [
  [
    'a major without an upgrade note',
    changeset({ one: 'major' }, 'A.\n\n### New Features\n\n- B.\n'),
    /what do users have to do/,
  ],
  [
    'a minor that a patch would do for',
    changeset({ one: 'minor' }, 'A.\n\n### Bug Fixes\n\n- B.\n'),
    /a patch would do/,
  ],
  [
    'a security note without a number',
    changeset({ one: 'patch' }, 'A.\n\n### Security Issues\n\n- B.\n'),
    /no CVE or GHSA number/,
  ],
];

test.each(DOUBTFUL)('%s is a warning', async (_, text, message) => {
  const problems = await lint(text);
  expect(problems.map(({ severity }) => severity)).toEqual(['warning']);
  expect(problems[0]?.message).toMatch(message);
});

test('a good changeset has no problem, also with Windows line ends, ids for headings and code that looks like one', async () => {
  const text = changeset(
    { one: 'major', two: 'minor' },
    'A.\n\n### prelude\n\nB.\n\n### Upgrade Notes (one)\n\n- C:\n\n  ```sh\n  # Fixed\n  run\n  ```\n- D\n\n### features (@scope/two)\n\nOne text.\n\n### Security Issues\n\n- CVE-2026-12345: E.\n',
  );
  expect(await lint(text)).toEqual([]);
  expect(await lint(text.replaceAll('\n', '\r\n'))).toEqual([]);
});

test('two changesets with one uid are an error', async () => {
  const scratch = new Scratch();
  const text = changeset({ one: 'patch' }, 'A.\n\n### Bug Fixes\n\n- B.\n');
  scratch.write(`.changeset/a-${UID}.md`, text);
  scratch.write(`.changeset/b-${UID}.md`, text);
  const { status, stdout } = await scratch.run('lint');
  expect(status).toBe(1);
  expect(stdout).toBe(
    `.changeset/b-${UID}.md:1: error: has the uid ${UID} of .changeset/a-${UID}.md; \`release-notes new\` makes a new one [uid]\n`,
  );
  scratch[Symbol.dispose]();
});

test('a package that changed needs a changeset, unless an empty one says that users see nothing of it', async () => {
  const scratch = new Scratch();
  scratch.git('checkout', '-q', '-b', 'work');
  scratch.write('packages/one/src/index.ts', 'export const x = 2;\n');
  scratch.write('packages/two/README.md', 'Words.\n');
  scratch.commit('a change');
  const lacking = await scratch.run('lint', '--since', 'main');
  expect(lacking.status).toBe(1);
  expect(lacking.stdout).toMatch(
    /^packages\/one\/src\/index\.ts: error: @scope\/one changed since main and no changeset says/,
  );
  expect(lacking.stdout).not.toContain('two');
  scratch.write('.changeset/brave-cats-sing.md', '---\n---\n');
  expect(await scratch.run('lint', '--since', 'main')).toMatchObject({ status: 0, stdout: '' });
  scratch.write(
    '.changeset/brave-cats-sing.md',
    changeset({ one: 'patch' }, 'A.\n\n### Bug Fixes\n\n- B.\n'),
  );
  expect(await scratch.run('lint', '--since', 'main')).toMatchObject({ status: 0, stdout: '' });
  await expect(scratch.run('lint', '--since', 'nowhere')).rejects.toThrow(
    /git knows no common past of 'nowhere'/,
  );
  scratch[Symbol.dispose]();
});
