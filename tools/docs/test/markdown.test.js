import { expect, test } from 'vitest';
import { coloured } from '../src/code.js';
import { partsOf, siteLink } from '../src/contents.js';
import { brokenLinks } from '../src/links.js';
import { render } from '../src/markdown.js';
import { typeText } from '../src/types.js';

const same = (/** @type {string} */ target) => target;

test('anchors are those of GitHub, and repeated headings are told apart', () => {
  const { headings } = render(
    '# A `b`\n## What’s new, 1.2?\n## Twice\n## Twice\n## Named {#own.name}\n',
    same,
  );
  expect(headings.map(({ anchor }) => anchor)).toEqual([
    'a-b',
    'whats-new-12',
    'twice',
    'twice-1',
    'own.name',
  ]);
  expect(headings.at(-1)?.text).toBe('Named');
});

test('markup in a text is text', () => {
  const { html } = render('# <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n', same);
  expect(html).not.toMatch(/<script|<img/u);
});

test('code keeps every character and runs nothing', () => {
  const code = 'const a = "<b>"; // 1 & 2\n`${x}` < 0x1f';
  const text = coloured(code, 'ts')
    .replace(/<[^>]+>/gu, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  expect(text).toBe(code);
});

test('a link to what the site does not have stays as words', () => {
  const { html, links } = render('[the tool](../tools/x.js) and [a guide](a.md#b)', (target) =>
    siteLink('docs/b.md', target, new Set(['docs/a.md']), () => false),
  );
  expect(html).toContain('<span title="in the repository">the tool</span>');
  expect(links).toEqual(['a.html#b']);
});

test('a link to a document that is not there is left for the check of links', () => {
  expect(siteLink('docs/b.md', 'gone.md', new Set(), () => false)).toBe('gone.md');
});

test('a picture that is not there is left for the check of links', () => {
  expect(render('![a chart](no.png)', () => undefined).links).toEqual(['no.png']);
});

test('code that is a file says which', () => {
  expect(render('```js a.js add\nlet a;\n```\n', same).html).toContain('add to <code>a.js</code>');
  expect(render('```ts no-run\nlet a;\n```\n', same).html).not.toContain('class="file"');
});

test('a folder is its README', () => {
  const paths = new Set(['packages/cache/README.md', 'docs/README.md']);
  expect(siteLink('docs/a.md', '../packages/cache/', paths, () => false)).toBe(
    '../packages/cache/README.html',
  );
  expect(siteLink('docs/a.md', 'README.md', paths, () => false)).toBe('../index.html');
});

test('headings and links of the contents are the navigation', () => {
  expect(partsOf('# D\n\n[x](x.md)\n\n## One\n\n- [`a`](a.md)\n\n## Two\n\n- [B](../b/README.md)\n')).toEqual(
    [
      { title: 'One', pages: [{ title: 'a', path: 'docs/a.md' }] },
      { title: 'Two', pages: [{ title: 'B', path: 'b/README.md' }] },
    ],
  );
});

test('a link to a page or an anchor that is not there is named with its page', () => {
  const pages = new Map([
    [
      'a.html',
      {
        links: ['b/c.html#x', 'b/c.html#y', 'd.html', 'p.png', 'https://example.org/'],
        anchors: new Set(['a']),
      },
    ],
    ['b/c.html', { links: ['../a.html', '#x'], anchors: new Set(['x']) }],
  ]);
  expect(brokenLinks(pages, new Set(['p.png']))).toEqual([
    expect.stringContaining('a.html: b/c.html#y names an anchor that b/c.html does not have'),
    expect.stringContaining('a.html: d.html leads to no page'),
  ]);
});

test('types are written as TypeScript, with parentheses where they are needed', () => {
  const number = { type: 'intrinsic', name: 'number' };
  const either = { type: 'union', types: [number, { type: 'literal', value: 'a' }] };
  expect(typeText({ type: 'array', elementType: either })).toBe("(number | 'a')[]");
  expect(
    typeText({ type: 'typeOperator', operator: 'readonly', target: { type: 'array', elementType: number } }),
  ).toBe('readonly number[]');
  expect(() => typeText({ type: 'new in TypeDoc' })).toThrow(/tools\/docs\/src\/types\.js does not write/u);
});
