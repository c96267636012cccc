// Law: what the reader of plain notes answers is what the full parser answers. PROPERTY_RUNS multiplies the cases,
// PROPERTY_SEED repeats a run.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readPlainYaml } from '../../src/reno/plain-yaml.js';

const runs = Number(process.env['PROPERTY_RUNS'] ?? 1);
const seed = process.env['PROPERTY_SEED'];

/** What the full parser answers; undefined when it refuses. @param {string} text */
const full = (text) => {
  try {
    return /** @type {unknown} */ (parse(text, { version: '1.1', logLevel: 'error' }));
  } catch {
    return 'refused';
  }
};

const word = fc.constantFrom(
  'fix',
  'the',
  'yes',
  'No',
  '1e3',
  '0x1f',
  'a:',
  ':b',
  '#c',
  "d'",
  '"e"',
  'ü',
  '`f`',
  '- g',
  '|',
  '>',
  '*h',
  '&i',
  '!j',
  '%k',
  '@l',
  '?',
  '---',
  '...',
  '12:30',
  '~',
  'null',
  '[',
  '{}',
  ',',
  '   ',
  '\t',
  '\\n',
);
const line = fc
  .tuple(fc.constantFrom('', '', ' ', '  ', '    ', '      '), fc.array(word, { maxLength: 4 }))
  .map(([indent, words]) => indent + words.join(' '));
const head = fc.constantFrom(
  'fixes:',
  'upgrade:',
  'prelude: |',
  'prelude: >',
  'features: >-',
  'other: |-',
  'issues: some words',
  '  - |',
  '  - >',
  '  - two words',
  '- item here',
  '    - |',
  '---',
  '# comment',
  '  # comment',
  'fixes: |+',
  'fixes: |2',
  'fixes: [a b, c d]',
  'y: z',
);
const document = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: head },
      { weight: 2, arbitrary: line },
      { weight: 1, arbitrary: fc.constant('') },
    ),
    { maxLength: 14 },
  )
  .map((lines) => lines.join('\n'));

test('any document is read as the full parser reads it, or left to it', () => {
  fc.assert(
    fc.property(document, (text) => {
      const plain = readPlainYaml(text);
      if (plain !== undefined) expect(plain).toEqual(full(text));
    }),
    { numRuns: 20_000 * runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});

const item = fc.array(fc.stringMatching(/^[A-Za-z][a-z`*.]{1,8}( [a-z`*:#.-]{1,8}){1,5}$/u), {
  minLength: 1,
  maxLength: 3,
});
const note = fc.dictionary(
  fc.constantFrom('fixes', 'upgrade', 'features'),
  fc.tuple(fc.constantFrom('|', '>', '|-'), fc.array(item, { minLength: 1, maxLength: 3 })),
  { minKeys: 1 },
);

test('notes as they are written are read without the full parser', () => {
  let [read, all] = [0, 0];
  fc.assert(
    fc.property(note, (sections) => {
      const text = Object.entries(sections)
        .map(([name, [style, items]]) =>
          [
            `${name}:`,
            ...items.map(
              (paragraphs) => `  - ${style}\n${paragraphs.map((each) => `    ${each}\n`).join('\n')}`,
            ),
          ].join('\n'),
        )
        .join('\n');
      const plain = readPlainYaml(`---\n${text}`);
      all += 1;
      if (plain === undefined) return;
      read += 1;
      expect(plain).toEqual(full(text));
    }),
    { numRuns: 500 * runs },
  );
  expect(read).toBe(all);
});

test('every recorded note is read as the full parser reads it', () => {
  /** @type {Record<string, { ops: string[][] }>} */
  const cases = JSON.parse(
    gunzipSync(readFileSync(new URL('../parity/recorded/reno_cases.json.gz', import.meta.url))).toString(),
  );
  const texts = Object.values(cases).flatMap(({ ops }) =>
    ops.flatMap(([name, path = '', text = '']) => (name === 'write' && path.endsWith('.yaml') ? [text] : [])),
  );
  expect(texts.length).toBeGreaterThan(50);
  for (const text of texts) {
    const plain = readPlainYaml(text);
    if (plain !== undefined) expect(plain).toEqual(full(text));
  }
});
