import { expect, test } from 'vitest';
import { formatHtml } from '../../src/documents/html.ts';
import { formatMarkdown } from '../../src/documents/markdown.ts';
import { describePolicies } from '../../src/documents/reference.ts';
import { documentedRuleDefault, ruleDefault } from '../../src/rules/defaults.ts';
import { defaultsOf, SERVICES } from '../parity/services.ts';

const volumes = [
  ruleDefault({ name: 'admin', checkStr: 'role:admin' }),
  documentedRuleDefault({
    name: 'volumes:delete',
    checkStr: 'rule:admin or (role:member and project_id:%(project_id)s)',
    description: 'Deletes a volume.\n\nFor good.',
    operations: [{ method: ['DELETE', 'POST'], path: '/volumes/{id}' }],
    scopeTypes: ['project'],
    deprecatedRule: {
      name: 'volume:delete',
      checkStr: '@',
      deprecatedReason: 'Too open.',
      deprecatedSince: 'X',
    },
  }),
];

test('a reference in Markdown says what a rule guards, what it was, and who can', () => {
  const text = formatMarkdown(describePolicies([{ name: 'volumes', rules: volumes }]));
  expect(text).toContain(
    [
      '### `volumes:delete`',
      '',
      'Deletes a volume.',
      '',
      'For good.',
      '',
      '- Default: `rule:admin or (role:member and project_id:%(project_id)s)`',
      '- Operations: **DELETE** `/volumes/{id}`, **POST** `/volumes/{id}`',
      '- Scope types: project',
      '- Before X, this was named volume:delete and was "@". Too open.',
    ].join('\n'),
  );
  expect(text).toContain(
    '| `volumes:delete` | role admin<br>credentials project\\_id = target project\\_id and role member | - | - |',
  );
  expect(text).toContain('| `admin` | role admin | role admin | role admin |');
});

const HOSTILE = '<script>alert("1")</script> & \'x\' `y` | [z](javascript:1)';
const hostile = [
  documentedRuleDefault({
    name: `n${HOSTILE}`,
    checkStr: `'${HOSTILE}':%(a)s`,
    description: HOSTILE,
    operations: [{ method: HOSTILE, path: HOSTILE }],
    scopeTypes: [HOSTILE],
    deprecatedRule: { name: HOSTILE, checkStr: HOSTILE, deprecatedReason: HOSTILE, deprecatedSince: HOSTILE },
  }),
];

test('a page of HTML holds no script, no reference elsewhere, and nothing that is not escaped', () => {
  const page = formatHtml(describePolicies([{ name: HOSTILE, rules: hostile }]));
  expect(page).not.toMatch(/<script/i);
  expect(page).not.toMatch(/(?:src|href)="(?!#)/);
  expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;');
  expect(page).toContain("default-src 'none'");
  for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) expect(page).toContain(`id="${id ?? ''}"`);
});

test('Markdown holds no HTML, link or table cell that a rule wrote', () => {
  const text = formatMarkdown(describePolicies([{ name: HOSTILE, rules: hostile }]));
  const outside = text.replace(/(`+)[\s\S]*?\1/g, '');
  expect(outside).not.toMatch(/(?<!\\)<script/);
  expect(outside).not.toMatch(/(?<!\\)\]\(javascript/);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  for (const row of rows) expect(row.match(/(?<!\\)\|/g)?.length, row).toBe(5);
});

test.each(SERVICES)('every rule of %s has an entry and a row', (service) => {
  const rules = defaultsOf(service);
  const page = formatHtml(describePolicies([{ name: service, rules }]));
  expect(page.match(/<h3 id=/g)?.length).toBe(rules.length);
  expect(page.match(/<tr><th scope="row">/g)?.length).toBe(rules.length);
});
