// The graph of jobs as one page without scripts or other files: waves from left to right, an arrow for each dependency.

/**
 * @typedef {object} Page
 * @property {string} title
 * @property {{ name: string, isVoting: boolean, description: string }[]} jobs
 * @property {string[][]} waves
 * @property {{ from: string, to: string, isSoft: boolean }[]} edges
 */

const WIDTH = 250;
const HEIGHT = 26;
const GAP = { x: 90, y: 10 };
const MARGIN = 16;

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/gu, (sign) => `&#${String(sign.codePointAt(0))};`);

const STYLE = `
  :root { color-scheme: light dark; --ink: #1c2530; --paper: #fbfcfd; --box: #e8eef5; --edge: #5b7083; }
  @media (prefers-color-scheme: dark) { :root { --ink: #dfe7ee; --paper: #14191f; --box: #253140; --edge: #8aa0b4; } }
  body { margin: 0; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
  h1 { font-size: 1.2rem; font-weight: 600; margin: 0 0 .25rem; }
  p { margin: 0 0 1rem; }
  .scroll { overflow-x: auto; }
  rect { fill: var(--box); stroke: var(--edge); }
  .quiet rect, path.soft { stroke-dasharray: 4 3; }
  text { fill: var(--ink); font: 13px system-ui, sans-serif; }
  path { fill: none; stroke: var(--edge); stroke-width: 1.4; }
  marker path { fill: var(--edge); stroke: none; }
`;

/** @param {Page} page @returns {string} HTML */
export const graphPage = ({ title, jobs, waves, edges }) => {
  const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
  /** @type {Map<string, { x: number, y: number }>} */
  const places = new Map();
  for (const [column, wave] of waves.entries()) {
    // What is connected stands on top, so that arrows stay short.
    const ordered = [...wave].sort((one, other) => Number(connected.has(other)) - Number(connected.has(one)));
    for (const [row, name] of ordered.entries()) {
      places.set(name, {
        x: MARGIN + column * (WIDTH + GAP.x),
        y: MARGIN + row * (HEIGHT + GAP.y),
      });
    }
  }
  const at = (/** @type {string} */ name) => places.get(name) ?? { x: 0, y: 0 };
  const boxes = jobs.map(({ name, isVoting, description }) => {
    const { x, y } = at(name);
    return `<g${isVoting ? '' : ' class="quiet"'}><title>${escaped(description === '' ? name : description)}</title><rect x="${String(x)}" y="${String(y)}" width="${String(WIDTH)}" height="${String(HEIGHT)}" rx="5"/><text x="${String(x + 10)}" y="${String(y + 18)}">${escaped(name)}</text></g>`;
  });
  const arrows = edges.map(({ from, to, isSoft }) => {
    const start = { x: at(from).x + WIDTH, y: at(from).y + HEIGHT / 2 };
    const end = { x: at(to).x - 6, y: at(to).y + HEIGHT / 2 };
    const bend = GAP.x / 2;
    return `<path${isSoft ? ' class="soft"' : ''} marker-end="url(#tip)" d="M${String(start.x)} ${String(start.y)} C${String(start.x + bend)} ${String(start.y)} ${String(end.x - bend)} ${String(end.y)} ${String(end.x)} ${String(end.y)}"/>`;
  });
  const rows = Math.max(...waves.map((wave) => wave.length), 0);
  const width = MARGIN * 2 + waves.length * (WIDTH + GAP.x) - GAP.x;
  const height = MARGIN * 2 + rows * (HEIGHT + GAP.y);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
<p>${String(jobs.length)} jobs. An arrow leads to what waits; a dashed box does not vote, a dashed arrow counts only where both run.</p>
<div class="scroll">
<svg xmlns="http://www.w3.org/2000/svg" width="${String(Math.max(width, 0))}" height="${String(height)}" role="img" aria-label="Graph of jobs">
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
${arrows.join('\n')}
${boxes.join('\n')}
</svg>
</div>
</html>
`;
};
