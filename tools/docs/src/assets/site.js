/* global document, localStorage, matchMedia */
// The search and the button of the colour scheme. Without this script every page can be read.
const { top: home, index } = document.currentScript.dataset;
const up = home.replace(/index\.html$/u, '');

const button = document.querySelector('#theme');
const isDark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
const label = () => {
  button.textContent = isDark() ? 'Light' : 'Dark';
};
button.hidden = false;
label();
button.addEventListener('click', () => {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // It holds for this page.
  }
  label();
});

const input = document.querySelector('#search');
const results = document.querySelector('#results');
let entries;
const load = () =>
  (entries ??= new Promise((resolve) => {
    const script = document.createElement('script');
    script.src = index;
    script.addEventListener('load', () => {
      resolve(
        globalThis.siteIndex.map(([page, anchor, title, heading, text]) => ({
          page,
          anchor,
          title,
          heading,
          text,
          names: `${title} ${heading}`.toLowerCase(),
          words: text.toLowerCase(),
        })),
      );
    });
    document.head.append(script);
  }));

/** What a section is worth: every word must occur; in a heading it counts most. */
const worth = ({ names, words, heading }, wanted) => {
  let sum = 0;
  for (const word of wanted) {
    if (names.includes(word)) sum += heading.toLowerCase() === word ? 40 : 10;
    else if (words.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
};

const shown = (text, word) => {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  return `${at > 0 ? '…' : ''}${text.slice(at, at + 180)}${at + 180 < text.length ? '…' : ''}`;
};

const search = async () => {
  const wanted = input.value.toLowerCase().split(/\s+/u).filter(Boolean);
  results.hidden = wanted.length === 0;
  if (wanted.length === 0) return;
  const all = await load();
  const found = all
    .map((entry) => ({ entry, value: worth(entry, wanted) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  results.replaceChildren();
  const count = document.createElement('p');
  count.textContent =
    found.length === 0
      ? 'Nothing has all of these words.'
      : found.length === 1
        ? '1 place'
        : `${found.length} places`;
  const list = document.createElement('ol');
  for (const { entry } of found.slice(0, 20)) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `${up}${entry.page}#${entry.anchor}`;
    link.textContent = entry.heading === '' ? entry.title : `${entry.title}: ${entry.heading}`;
    const text = document.createElement('span');
    text.textContent = shown(entry.text, wanted[0]);
    item.append(link, text);
    list.append(item);
  }
  results.append(count, list);
};

input.addEventListener('focus', load, { once: true });
input.addEventListener('input', search);
input.form.addEventListener('submit', (event) => {
  event.preventDefault();
  results.querySelector('a')?.click();
});
results.addEventListener('click', (event) => {
  if (event.target.closest('a')) results.hidden = true;
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  }
  if (event.key === 'Escape') results.hidden = true;
});
