import { SCOPES } from '../analysis/facts.ts';
import type { RuleReference, SectionReference } from './reference.ts';

/** Text in which nothing means anything but itself. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&');

const code = (text: string): string => {
  if (text === '') return '(empty)';
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)) + 1);
  const pad = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return fence + pad + text.replace(/\s*\n\s*/g, ' ') + pad + fence;
};

/** A code span in a table, where even there a bar ends the cell. */
const cell = (text: string): string => code(text).replaceAll('|', '\\|');

const anchor = (name: string): string => name.toLowerCase().replace(/[^\w-]+/g, '-');

const ruleLines = ({
  name,
  checkStr,
  description,
  operations,
  scopeTypes,
  deprecation,
}: RuleReference): string[] => [
  `### ${code(name)}`,
  '',
  ...description.flatMap((paragraph) => [plain(paragraph), '']),
  `- Default: ${code(checkStr)}`,
  ...(operations.length === 0
    ? []
    : [
        `- Operations: ${operations.map(({ method, path }) => `**${plain(method)}** ${code(path)}`).join(', ')}`,
      ]),
  ...(scopeTypes.length === 0 ? [] : [`- Scope types: ${scopeTypes.map(plain).join(', ')}`]),
  ...(deprecation === undefined ? [] : [`- ${plain(deprecation)}`]),
  '',
];

const matrixRow = ({ name, ways }: RuleReference): string => {
  const cells = SCOPES.map((scope) => {
    if (ways === undefined) return 'refers to itself';
    return ways[scope].length === 0 ? '-' : ways[scope].map(plain).join('<br>');
  });
  return `| ${cell(name)} | ${cells.join(' | ')} |`;
};

/** A reference of policies in Markdown: each rule with what it guards, then who may do what. */
export const formatMarkdown = (sections: readonly SectionReference[]): string =>
  [
    '# Policies',
    '',
    ...sections.map(({ name }) => `- [${plain(name)}](#${anchor(name)})`),
    '',
    ...sections.flatMap(({ name, rules }) => [
      `<a id="${anchor(name)}"></a>`,
      '',
      `## ${plain(name)}`,
      '',
      ...rules.flatMap(ruleLines),
      `### Who can`,
      '',
      'By default, with a token of each scope; each line is enough.',
      '',
      `| rule | ${SCOPES.join(' | ')} |`,
      `| --- | ${SCOPES.map(() => '---').join(' | ')} |`,
      ...rules.map(matrixRow),
      '',
    ]),
  ].join('\n');
