import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toMarkdown, toRst } from '../../src/archive/markup.js';
import { renderHtml } from '../../src/rendering/html.js';
import { renderRst } from '../../src/rendering/rst.js';

const word = fc.constantFrom(
  'text',
  '`code`',
  '[a link](https://example.org/a_b)',
  '**bold**',
  '*so*',
  'a_b',
  'ü',
  '2 * 3',
  '#1',
);
const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const fence = fc
  .array(fc.constantFrom('run --it', '  indented', '', '# comment'), { minLength: 1, maxLength: 4 })
  .map((lines) => `\`\`\`sh\n${['first', ...lines, 'last'].join('\n')}\n\`\`\``);
const document = fc
  .array(fc.oneof({ weight: 3, arbitrary: line }, { weight: 1, arbitrary: fence }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((blocks) => blocks.join('\n\n'));

test('a note comes back from reStructuredText as it was', () => {
  fc.assert(
    fc.property(document, (text) => {
      expect(toMarkdown(toRst(text))).toBe(text);
    }),
    { numRuns: 1000 * Number(process.env['PROPERTY_RUNS'] ?? 1) },
  );
});

test('emphasis, links, code and blocks have reno’s forms', () => {
  expect(toRst('Read `this`, _now_: [how](https://x.example).\n\n```sh\nrun it\n```')).toBe(
    'Read ``this``, *now*: `how <https://x.example>`_.\n\n.. code-block:: sh\n\n   run it',
  );
});

test('a page in HTML says nothing that a note could smuggle in', () => {
  const page = renderHtml({
    title: 'T <b>',
    items: ['<script>x</script> `<i>` [a](javascript:x) [b](https://x.example/?a=1&b=2)'],
  });
  expect(page).not.toMatch(/<script|<i>|href="javascript|<b>/);
  expect(page).toContain('href="https://x.example/?a=1&amp;b=2"');
});

test('titles in reStructuredText are underlined by level', () => {
  const text = renderRst({
    title: 'Top',
    children: [{ title: 'One', texts: ['A.'], children: [{ title: 'Two', items: ['x', 'y\nz'] }] }],
  });
  expect(text).toBe('===\nTop\n===\n\nOne\n===\n\nA.\n\nTwo\n---\n\n- x\n\n- y\n  z\n');
});
