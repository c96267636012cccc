/**
 * What the pages do in a browser beyond being read: the choice of colours, and looking again every two seconds while
 * somebody looks. A page is fetched as it is; of it the parts marked `data-live` take the place of those shown.
 */
export const SCRIPT = `'use strict';
const root = document.documentElement;
const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* not kept, then */ } };
const chosen = stored('console-theme');
if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;

const theme = () => root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const PERIOD = 2000;
let isPaused = stored('console-paused') === 'yes';
let isAsking = false;

const refresh = async () => {
  if (isAsking || isPaused || document.visibilityState !== 'visible') return;
  isAsking = true;
  const status = document.getElementById('status');
  try {
    const response = await fetch(location.pathname, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const old of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(old.id);
      if (next === null || next.outerHTML === old.outerHTML || old.contains(document.activeElement) && document.activeElement !== document.body) continue;
      const part = document.importNode(next, true);
      for (const open of old.querySelectorAll('details[open][id]')) part.querySelector('#' + CSS.escape(open.id))?.setAttribute('open', '');
      const scrolled = [...old.querySelectorAll('.scroll')].map(({ scrollLeft }) => scrollLeft);
      old.replaceWith(part);
      part.querySelectorAll('.scroll').forEach((box, index) => { box.scrollLeft = scrolled[index] ?? 0; });
    }
    root.dataset.seen = String(Number(root.dataset.seen ?? 0) + 1);
    if (status) status.textContent = '';
    root.removeAttribute('data-lost');
  } catch {
    if (status) status.textContent = 'The service does not answer: what is shown is old.';
    root.setAttribute('data-lost', '');
  } finally {
    isAsking = false;
  }
};

addEventListener('DOMContentLoaded', () => {
  const colours = document.getElementById('colours');
  const live = document.getElementById('live');
  const tell = () => {
    colours.textContent = theme() === 'dark' ? 'Light colours' : 'Dark colours';
    live.textContent = isPaused ? 'Go on updating' : 'Pause updates';
  };
  colours.addEventListener('click', () => {
    root.dataset.theme = theme() === 'dark' ? 'light' : 'dark';
    store('console-theme', root.dataset.theme);
    tell();
  });
  live.addEventListener('click', () => {
    isPaused = !isPaused;
    store('console-paused', isPaused ? 'yes' : 'no');
    tell();
    void refresh();
  });
  tell();
  colours.hidden = false;
  live.hidden = document.querySelector('[data-live]') === null;
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
  document.addEventListener('visibilitychange', () => void refresh());
  setInterval(() => void refresh(), PERIOD);
});
`;
