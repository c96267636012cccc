// Laws:
// - reading a sample with every line uncommented gives the defaults;
// - reading a sample as it is gives the defaults and no warning.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadConfiguration, optionGroup, resolve, sample, type Option } from '../src/index.ts';
import { strip } from '../src/ini/whitespace.ts';
import { trials } from './property.ts';

/** One line of any text; a dollar sign is written so that it refers to nothing. */
const line = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('"', "'", '""', '"a"', " 'b' ", '#', ';', '[x]', 'a:b', '\u0085', '日本', '='),
  )
  .map((text) => text.replaceAll(/[\r\n\\\0]/gu, '').replaceAll('$', '$$$$'));
const word = line.map((text) => strip(text.replaceAll(/[,:"']/gu, ''))).filter((text) => text !== '');
const quotable = line.filter((text) => text !== '' && !(text.includes('"') && text.includes("'")));

const option: fc.Arbitrary<Option> = fc.oneof(
  line.map((text): Option => ({ type: 'string', default: text })),
  fc.maxSafeInteger().map((value): Option => ({ type: 'integer', default: value })),
  fc.double().map((value): Option => ({ type: 'float', default: value })),
  fc.boolean().map((value): Option => ({ type: 'boolean', default: value })),
  fc.nat(65_535).map((value): Option => ({ type: 'port', default: value })),
  fc.array(word).map((value): Option => ({ type: 'list', default: value })),
  fc.array(quotable).map((value): Option => ({ type: 'list', quotes: true, default: value })),
  fc
    .array(fc.maxSafeInteger())
    .map((value): Option => ({ type: 'list', itemType: 'integer', default: value })),
  fc.dictionary(word, word).map((value): Option => ({ type: 'dict', default: value })),
  fc.array(line, { minLength: 1 }).map((value): Option => ({ type: 'multiString', default: value })),
  fc.ipV6().map((value): Option => ({ type: 'host', default: value })),
  fc.webUrl().map((value): Option => ({ type: 'uri', default: value.replaceAll('$', '$$$$') })),
  fc.nat().map((value): Option => ({ type: 'duration', default: `${value}ms` })),
  fc.nat().map((value): Option => ({ type: 'size', default: value })),
);

const groups = fc
  .dictionary(fc.constantFrom('alpha', 'betaGamma', 'DELTA', 'x1'), option)
  .map((options) => optionGroup({ name: 'g', help: 'A group.', options }));

test('a sample reads back as the defaults, commented out and not', () => {
  fc.assert(
    fc.property(groups, (group) => {
      const text = sample([group]);
      const uncommented = text.replaceAll(/^#(?=\S)/gmu, '');
      expect(resolve(group, { files: [{ path: 'sample.conf', text: uncommented }] })).toEqual(resolve(group));
      const { values, warnings } = loadConfiguration(group, { files: [{ path: 'sample.conf', text }] });
      expect(values).toEqual(resolve(group));
      expect(warnings).toEqual([]);
    }),
    trials(150),
  );
});
