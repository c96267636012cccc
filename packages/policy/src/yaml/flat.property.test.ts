/** Law: where the line reader reads a document, the YAML reader reads the same one, at the same places. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repr } from '../python/text.ts';
import { readFlat } from './flat.ts';
import { readYaml } from './read.ts';

const runs = { numRuns: 5000 * Number(process.env.PROPERTY_RUNS ?? 1) };
const seeded =
  process.env.PROPERTY_SEED === undefined ? runs : { ...runs, seed: Number(process.env.PROPERTY_SEED) };

const piece = fc.constantFrom(
  ...[
    '"a:b"',
    "'c'",
    'os:x:y',
    'a',
    'yes',
    ':',
    ': ',
    ' : ',
    '"role:a or rule:b"',
    "'role:x'",
    'role:a',
    'a: b',
  ],
  ...[
    'rule:x and (role:y)',
    'project_id:%(project_id)s',
    ' # c',
    '#',
    '\n',
    '\n',
    '\n',
    '\r\n',
    ' ',
    '{\n',
    '}',
    '",',
  ],
  ...[
    '"k": "v",\n',
    '  "k2": "v"\n',
    '}\n',
    ',',
    '"',
    '\t',
    'é',
    '@',
    '!',
    '- ',
    'key: role:a\n',
    '""',
    '\n  or role:b',
  ],
);

test('the line reader never reads anything but what the YAML reader reads', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const text = pieces.join('');
      const flat = readFlat(text);
      if (flat === undefined) return;
      const full = readYaml(text);
      expect(repr(flat.value)).toBe(repr(full.value ?? new Map()));
      for (const key of (flat.value as Map<string, string>).keys())
        expect(flat.locate(key)).toEqual(full.locate(key));
    }),
    seeded,
  );
});

test.each([
  [
    '"a": "role:x"\n# note\n\'b\': \'@\'\nos:c: rule:a or\n  role:y\n',
    { a: 'role:x', b: '@', 'os:c': 'rule:a or role:y' },
  ],
  ['{\n  "a": "role:x",\n  "b": "!"\n}\n', { a: 'role:x', b: '!' }],
])('files as operators write them need no YAML reader: %j', (text, rules) => {
  expect(Object.fromEntries(readFlat(text)?.value as Map<string, string>)).toEqual(rules);
});

test.each([
  'a: yes\n',
  'a: *b\n',
  '- a\n',
  'a:\n  b: c\n',
  '"a": "x\\ty"\n',
  'a: |\n  role:x\n',
  '"a": "b" x\n',
])('anything else is left to it: %j', (text) => {
  expect(readFlat(text)).toBeUndefined();
});
