// The frame of a page: what stands around every text.
import { dirname, relative } from 'node:path';
import { escaped } from './code.js';

/**
 * @param {object} page
 * @param {string} page.path in the site
 * @param {import('./markdown.js').Rendered} page.text
 * @param {{ title: string, pages: { title: string, page: string }[] }[]} page.navigation
 * @returns {string} HTML
 */
export const layout = ({ path, text, navigation }) => {
  const to = (/** @type {string} */ target) => relative(dirname(path), target);
  const parts = navigation.map(({ title, pages }) => {
    const isHere = pages.some(({ page }) => page === path);
    const items = pages.map(
      ({ title: name, page }) =>
        `<li><a href="${to(page)}"${page === path ? ' aria-current="page"' : ''}>${escaped(name)}</a></li>`,
    );
    return `<details${isHere || path === 'index.html' ? ' open' : ''}><summary>${escaped(title)}</summary><ul>${items.join('')}</ul></details>`;
  });
  const second = text.headings.filter(({ level }) => level === 2);
  const outline = (second.length > 1 ? second : []).map(
    ({ text: words, anchor }) => `<li><a href="#${anchor}">${escaped(words)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(text.title)} · Oslofjord</title>
<link rel="stylesheet" href="${to('site/site.css')}">
<link rel="icon" href="data:,">
<script src="${to('site/theme.js')}"></script>
<script src="${to('site/site.js')}" defer data-top="${to('index.html')}" data-index="${to('site/index.js')}"></script>
</head>
<body>
<a class="skip" href="#text">To the text</a>
<header>
<a class="home" href="${to('index.html')}">Oslofjord</a>
<form role="search"><input type="search" id="search" placeholder="Search ( / )" aria-label="Search the documentation" autocomplete="off" aria-controls="results"></form>
<a class="contents" href="#contents">Contents</a>
<button type="button" id="theme" hidden>Dark</button>
</header>
<div id="results" role="region" aria-label="Results of the search" aria-live="polite" hidden></div>
<div class="columns">
<main id="text">
${text.html}</main>
${outline.length === 0 ? '' : `<nav class="outline" aria-label="On this page"><p>On this page</p><ul>${outline.join('')}</ul></nav>\n`}<nav id="contents" aria-label="Contents">${parts.join('\n')}</nav>
</div>
</body>
</html>
`;
};
