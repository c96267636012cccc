import { stripEnd } from './ini/whitespace.ts';
import { KINDS, quoteEnds } from './kinds/kinds.ts';
import type { Option } from './options.ts';
import { nameOf, type OptionGroup } from './option-group.ts';

/** Columns of a comment in a sample file. */
const WIDTH = 79;

/** `text` as comment lines of at most {@link WIDTH} columns; its own line breaks stay. */
const comment = (text: string): readonly string[] =>
  text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '#';
    for (const word of paragraph.split(/\s+/u).filter((part) => part !== '')) {
      if (line !== '#' && line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = '#';
      }
      line += ` ${word}`;
    }
    return [...lines, line];
  });

/** The texts that set an option to its default; one, except for a multi-string. */
export const defaultTexts = (option: Option): readonly string[] => {
  const value = option.default;
  if (value === undefined) return [option.type === 'multiString' ? '' : '<None>'];
  if (option.secret === true) return ['<secret>'];
  if (Array.isArray(value) && option.type === 'multiString') {
    return value.length === 0 ? [''] : value.map((text) => quoteEnds(String(text)));
  }
  if (typeof value === 'string') return [quoteEnds(value)];
  const reading = KINDS[option.type].accept(value, option);
  return [quoteEnds('value' in reading ? KINDS[option.type].write(reading.value, option) : '')];
};

const showChoice = (choice: unknown): string =>
  choice === '' ? "''" : String(choice).replaceAll('\n', '\\n').replaceAll('\r', '\\r');

const limitLines = (option: Option): readonly string[] => {
  const { min, max, choices } = option as {
    min?: string | number;
    max?: string | number;
    choices?: readonly unknown[];
  };
  return [
    ...(min === undefined ? [] : [`# Minimum value: ${String(min)}`]),
    ...(max === undefined ? [] : [`# Maximum value: ${String(max)}`]),
    ...(choices === undefined ? [] : [`# Possible values: ${choices.map(showChoice).join(', ')}`]),
  ];
};

const deprecationLines = (group: string, name: string, option: Option): readonly string[] => {
  const older = (option.deprecatedNames ?? []).map(
    (deprecated) => `# Deprecated group/name - [${deprecated.group ?? group}]/${deprecated.name ?? name}`,
  );
  if (option.deprecatedForRemoval === undefined) return older;
  const { reason, since } = option.deprecatedForRemoval;
  return [
    ...older,
    `# This option is deprecated for removal${since === undefined ? '' : ` since ${since}`}.`,
    '# Its value may be silently ignored in the future.',
    ...(reason === undefined ? [] : comment(`Reason: ${reason}`)),
  ];
};

const optionLines = (group: string, key: string, option: Option): readonly string[] => {
  const name = nameOf(key, option);
  const help = option.help === undefined ? '' : `${option.help.trim()} `;
  return [
    ...comment(`${help}(${KINDS[option.type].label})`),
    ...limitLines(option),
    ...deprecationLines(group, name, option),
    ...(option.mutable === true ? ['# Note: This option can be changed without restarting.'] : []),
    ...(option.required === true ? ['# Note: This option must be set.'] : []),
    ...defaultTexts(option).map((text) => stripEnd(`#${name} = ${text.replaceAll('\n', '\n#  ')}`)),
  ];
};

/**
 * A sample configuration file of some groups in the manner of oslo-config-generator: every option with its help,
 * commented out at its default. The defaults of secret options are not written.
 */
export const sample = (groups: readonly OptionGroup[]): string =>
  groups
    .map(({ name, help, options }) =>
      [
        `[${name}]`,
        ...(help === undefined ? [] : comment(help.trim())),
        ...Object.entries(options).flatMap(([key, option]) => ['', ...optionLines(name, key, option)]),
        '',
      ].join('\n'),
    )
    .join('\n');
