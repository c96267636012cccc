import { SCOPES } from '../analysis/facts.ts';
import type { RuleReference, SectionReference } from './reference.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

const code = (text: string): string => `<code>${text === '' ? '(empty)' : escape(text)}</code>`;

/** A fragment's name: every other character by its number, so that no two names meet. */
const anchor = (name: string): string =>
  `r-${name.replace(/[^A-Za-z0-9-]/gu, (char) => `_${(char.codePointAt(0) ?? 0).toString(16)}_`)}`;

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;background:#fff}
code{font:13px/1.4 ui-monospace,monospace;background:#f2f4f7;padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
h3{margin:2rem 0 .25rem}dl{margin:.25rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{color:#5a6472}dd{margin:0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px}th,td{border:1px solid #d5dae1;padding:.3rem .5rem;text-align:left;vertical-align:top}
th{background:#f2f4f7}td ul{margin:0;padding-left:1.1rem}.none{color:#5a6472}a{color:#0b57b0}
@media (prefers-color-scheme:dark){body{color:#e4e7eb;background:#15181c}code,th{background:#23282f}th,td{border-color:#3a414b}dt,.none{color:#9aa4b1}a{color:#7db4f5}}`;

const entry = (term: string, description: string): string => `<dt>${term}</dt><dd>${description}</dd>`;

const ruleText = (rule: RuleReference): string => {
  const { name, checkStr, description, operations, scopeTypes, deprecation } = rule;
  const operationText = operations
    .map(({ method, path }) => `<b>${escape(method)}</b> ${code(path)}`)
    .join('<br>');
  return [
    `<h3 id="${anchor(name)}">${code(name)}</h3>`,
    ...description.map((paragraph) => `<p>${escape(paragraph)}</p>`),
    '<dl>',
    entry('Default', code(checkStr)),
    ...(operations.length === 0 ? [] : [entry('Operations', operationText)]),
    ...(scopeTypes.length === 0 ? [] : [entry('Scope types', escape(scopeTypes.join(', ')))]),
    ...(deprecation === undefined ? [] : [entry('Deprecated', escape(deprecation))]),
    '</dl>',
  ].join('\n');
};

const wayCell = (ways: readonly string[] | undefined): string => {
  if (ways === undefined) return '<td class="none">refers to itself</td>';
  if (ways.length === 0) return '<td class="none">nobody</td>';
  const [only] = ways;
  if (ways.length === 1) return `<td>${escape(only ?? '')}</td>`;
  return `<td><ul>${ways.map((way) => `<li>${escape(way)}</li>`).join('')}</ul></td>`;
};

const matrixRow = ({ name, ways }: RuleReference): string =>
  `<tr><th scope="row"><a href="#${anchor(name)}">${code(name)}</a></th>${SCOPES.map((scope) => wayCell(ways?.[scope])).join('')}</tr>`;

const sectionText = ({ name, rules }: SectionReference): string =>
  [
    `<section><h2 id="${anchor(`section ${name}`)}">${escape(name)}</h2>`,
    ...rules.map(ruleText),
    '<h3>Who can</h3>',
    '<p>By default, with a token of each scope; each entry is enough.</p>',
    `<div class="wide"><table><thead><tr><th scope="col">rule</th>${SCOPES.map((scope) => `<th scope="col">${scope}</th>`).join('')}</tr></thead>`,
    `<tbody>${rules.map(matrixRow).join('\n')}</tbody></table></div></section>`,
  ].join('\n');

/** A reference of policies as one page of HTML that needs nothing else and runs nothing. */
export const formatHtml = (sections: readonly SectionReference[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policies</title><style>${STYLE}</style></head><body>
<h1>Policies</h1>
<nav><ul>${sections.map(({ name }) => `<li><a href="#${anchor(`section ${name}`)}">${escape(name)}</a></li>`).join('')}</ul></nav>
${sections.map(sectionText).join('\n')}
</body></html>
`;
