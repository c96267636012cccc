import { KINDS } from './kinds/kinds.ts';
import type { Option } from './options.ts';
import { nameOf, type OptionGroup } from './option-group.ts';
import { defaultTexts } from './sample.ts';

/** `text` as it can stand in a cell. */
const cell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*/gu, ' ')
    .trim();

const code = (text: string): string => {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/gu), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text.replaceAll('|', '\\|').replaceAll('\n', ' ')}${pad}${fence}`;
};

const notesOf = (group: string, name: string, option: Option): readonly string[] => {
  const { min, max, choices } = option as {
    min?: string | number;
    max?: string | number;
    choices?: readonly unknown[];
  };
  const older = (option.deprecatedNames ?? []).map((deprecated) =>
    code(`[${deprecated.group ?? group}] ${deprecated.name ?? name}`),
  );
  const { reason, since } = option.deprecatedForRemoval ?? {};
  return [
    ...(option.help === undefined ? [] : [cell(option.help)]),
    ...(choices === undefined
      ? []
      : [`One of ${choices.map((choice) => code(choice === '' ? "''" : String(choice))).join(', ')}.`]),
    ...(min === undefined ? [] : [`At least ${code(String(min))}.`]),
    ...(max === undefined ? [] : [`At most ${code(String(max))}.`]),
    ...(option.required === true ? ['Required.'] : []),
    ...(option.mutable === true ? ['Can be changed without restarting.'] : []),
    ...(option.secret === true ? ['Secret.'] : []),
    ...(older.length > 0 ? [`Formerly ${older.join(', ')}.`] : []),
    ...(option.deprecatedForRemoval === undefined
      ? []
      : [
          cell(
            `Deprecated${since === undefined ? '' : ` since ${since}`}${reason === undefined ? '.' : `: ${reason}`}`,
          ),
        ]),
  ];
};

const defaultOf = (option: Option): string => {
  if (option.default === undefined) return '';
  if (option.secret === true) return '(secret)';
  const texts = defaultTexts(option);
  return texts.map((text) => code(text === '' ? "''" : text)).join(', ');
};

/** The Markdown reference of some groups: a heading and a table of options for each. */
export const table = (groups: readonly OptionGroup[]): string =>
  groups
    .map(({ name, help, options }) =>
      [
        `### ${code(`[${name}]`)}`,
        '',
        ...(help === undefined ? [] : [help.trim(), '']),
        '| option | type | default | meaning |',
        '|---|---|---|---|',
        ...Object.entries(options).map(([key, option]) => {
          const written = nameOf(key, option);
          const type = KINDS[option.type].label.replace(/ value$/u, '');
          return `| ${code(written)} | ${type} | ${defaultOf(option)} | ${notesOf(name, written, option).join(' ')} |`;
        }),
        '',
      ].join('\n'),
    )
    .join('\n');
