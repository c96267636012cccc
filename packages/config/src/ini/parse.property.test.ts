// Laws:
// - what is written as INI is read as what was written;
// - any text is read without an error being thrown, and every line number is one of the text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trials } from '../../test/property.ts';
import { parseIni } from './parse.ts';
import { strip } from './whitespace.ts';

const part = fc.string({ unit: 'grapheme' }).map((text) => strip(text.replaceAll(/[\r\n]/gu, '')));
const key = part
  .map((text) => strip(text.replaceAll(/[=:]/gu, '')))
  .filter((text) => text !== '' && !/^[[#;]/u.test(text));
const section = part.filter((text) => text !== '');
const value = fc.array(
  part.filter((text) => text !== ''),
  { minLength: 1, maxLength: 3 },
);
const written = fc.record({ section, key, value, separator: fc.constantFrom('=', ': ', ' = ') });

/** The first line in quotes, so that it is read as it stands; a quoted value has no other lines. */
const write = ({
  section: name,
  key: left,
  value: lines,
  separator,
}: {
  section: string;
  key: string;
  value: string[];
  separator: string;
}): string => {
  const [first = '', ...rest] = lines;
  return `[${name}]\n${left}${separator}"${first}"\n${rest.map((line) => `  ${line}\n`).join('')}`;
};

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.array(written), (all) => {
      const { assignments, problems } = parseIni(all.map(write).join(''));
      expect(problems).toEqual([]);
      expect(assignments.map((found) => [found.section, found.key, found.value])).toEqual(
        all.map((one) => [one.section, one.key, one.value.join('\n')]),
      );
    }),
    trials(200),
  );
});

test('any text is read, and problems have a line', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('[a]', 'x = 1', ' y', '[', '[]', '= 1', 'k', '', '#'),
      ),
    )
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, (any) => {
      const lines = any.split(/\r\n|\n|\r/u).length;
      const { assignments, problems } = parseIni(any);
      expect([...assignments, ...problems].every(({ line }) => line >= 1 && line <= lines)).toBe(true);
    }),
    trials(200),
  );
});
