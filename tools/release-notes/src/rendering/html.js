// A page by itself, without scripts and without anything to load.

/** @import { Part } from './document.js' */

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** @param {string} text one line or paragraph */
const inline = (text) =>
  text
    .split(/(`[^`]+`)/u)
    .map((piece, index) =>
      index % 2 === 1
        ? `<code>${escaped(piece.slice(1, -1))}</code>`
        : escaped(piece)
            .replaceAll(/\[([^\]]+)\]\(((?:https?:|\.{0,2}\/|#)?[^\s)]+)\)/gu, (whole, words, address) =>
              /^(?:javascript|data|vbscript):/iu.test(String(address))
                ? String(whole)
                : `<a href="${String(address)}">${String(words)}</a>`,
            )
            .replaceAll(/\*\*([^*]+)\*\*/gu, '<strong>$1</strong>'),
    )
    .join('');

/** Paragraphs, lists and fenced blocks of a text. @param {string} text @returns {string} */
const blocks = (text) => {
  /** @type {string[]} */
  const done = [];
  for (const [index, piece] of text.split(/^```\S*\n([\s\S]*?)^```$/mu).entries()) {
    if (index % 2 === 1) {
      done.push(`<pre><code>${escaped(piece)}</code></pre>`);
      continue;
    }
    for (const paragraph of piece.split(/\n{2,}/u).map((each) => each.trim())) {
      if (paragraph === '') continue;
      const lines = paragraph.split(/\n(?=[-*] )/u);
      const listed = lines.filter((line) => /^[-*] /u.test(line));
      if (listed.length < lines.length)
        done.push(`<p>${inline(lines.filter((line) => !/^[-*] /u.test(line)).join(' '))}</p>`);
      if (listed.length > 0)
        done.push(`<ul>${listed.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`);
    }
  }
  return done.join('\n');
};

/** @param {string} title */
const anchorOf = (title) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');

/** @param {Part} part @param {number} level @param {string} path of anchors @returns {string} */
const section = ({ title, texts = [], items = [], children = [] }, level, path) => {
  const anchor = path === '' ? anchorOf(title) : `${path}_${anchorOf(title)}`;
  return [
    `<h${String(level)} id="${anchor}">${inline(title)} <a class="anchor" href="#${anchor}">¶</a></h${String(level)}>`,
    ...texts.map(blocks),
    ...(items.length === 0
      ? []
      : [`<ul>\n${items.map((item) => `<li>${blocks(item)}</li>`).join('\n')}\n</ul>`]),
    ...children.map((child) => section(child, Math.min(level + 1, 6), anchor)),
  ].join('\n');
};

const STYLE = `:root { color-scheme: light dark; --ink: #1c2330; --paper: #fff; --quiet: #5b6472; --line: #d5dae2; --tint: #f2f4f7; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7ee; --paper: #14181f; --quiet: #9aa4b2; --line: #333b47; --tint: #1f2630; --link: #7db8f5; } }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem; color: var(--ink); background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.6em 0 .5em; } h2 { border-bottom: 1px solid var(--line); padding-bottom: .2em; }
a { color: var(--link); } a.anchor { color: var(--quiet); text-decoration: none; font-size: .75em; }
code { background: var(--tint); border-radius: .2em; padding: .1em .25em; font: .9em ui-monospace, monospace; }
pre { background: var(--tint); padding: .75em; overflow-x: auto; } pre code { padding: 0; }
li > p { margin: .3em 0; }`;

/** @param {Part} document */
export const renderHtml = (document) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(document.title)}</title>
<style>${STYLE}</style>
</head>
<body>
${section(document, 1, '')}
</body>
</html>
`;
