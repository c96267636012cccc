import { createHash } from 'node:crypto';
import type { Role } from '../exposure/roles.ts';
import type { Health } from '../health.ts';
import type { Transition } from '../history.ts';
import type { ComponentReport } from '../reports.ts';
import { exposed, runtimeOf } from './status-json.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --ground: #f6f7f9; --card: #fff; --line: #d8dee4;
  --pass: #1a7f37; --warn: #9a6700; --fail: #cf222e; --unknown: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --ground: #0d1117; --card: #161b22;
  --line: #30363d; --pass: #3fb950; --warn: #d29922; --fail: #f85149; --unknown: #8b949e; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 66rem; margin: 0 auto; }
header { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-bottom: 1.25rem; }
h1 { margin: 0; font-size: 1.35rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0 0 .75rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; margin-bottom: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; vertical-align: top; }
td.why { overflow-wrap: anywhere; min-width: 9rem; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.soft { color: var(--soft); }
.state { display: inline-block; border: 1px solid; border-radius: 1rem; padding: 0 .65rem; font-weight: 600; font-size: .85rem; white-space: nowrap; }
.pass { color: var(--pass); } .warn { color: var(--warn); } .fail { color: var(--fail); } .unknown { color: var(--unknown); }
svg { display: block; width: 100%; min-width: 40rem; height: auto; }
svg text { fill: var(--soft); font-size: 12px; } svg text.name { fill: var(--ink); }
rect.pass { fill: var(--pass); } rect.warn { fill: var(--warn); } rect.fail { fill: var(--fail); } rect.unknown { fill: var(--line); }
line { stroke: var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; }
`;

/** What the page may do: show itself with its own style, and nothing else. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const ago = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

const stateOf = (status: string): string => `<span class="state ${status}">${status}</span>`;

const rowOf = (component: ComponentReport): string => {
  const { name, status, cause, severity, oks, fails, age, inFlight, oldest, failure, routes } = component;
  const why = [cause.replace('-', ' '), failure?.code, failure?.message].filter((part) => part !== undefined);
  const running = oldest === undefined ? `${inFlight}` : `${inFlight}, oldest ${ago(oldest)}`;
  const used = routes.length === 0 ? '' : `<br><span class="soft">${routes.map(escape).join('<br>')}</span>`;
  return `<tr><td>${escape(name)}${used}</td><td>${stateOf(status)}</td><td class="why">${escape(why.join(': '))}</td><td>${severity}</td>
<td class="number">${oks}</td><td class="number">${fails}</td><td class="number">${running}</td><td class="number">${age === undefined ? '–' : ago(age)}</td></tr>`;
};

const tableOf = (components: readonly ComponentReport[]): string =>
  components.length === 0
    ? '<section><h2>Components</h2><p class="soft">None counts here.</p></section>'
    : `<section><h2>Components</h2><div class="scroll"><table><thead><tr><th>Name</th><th>State</th><th>Because</th><th>Severity</th>
<th>Worked</th><th>Failed</th><th>Under way</th><th>Heard of</th></tr></thead><tbody>${components.map(rowOf).join('')}</tbody></table></div></section>`;

const WIDTH = 860;
const LEFT = 170;
const ROW = 26;

/** A line for each component with a piece for each state it was in. */
const timelineOf = (
  components: readonly ComponentReport[],
  history: readonly Transition[],
  now: number,
): string => {
  const first = history[0];
  if (first === undefined) return '';
  const start = Math.min(first.at, now - 60_000);
  const x = (at: number): number =>
    Number((LEFT + ((at - start) / (now - start)) * (WIDTH - LEFT)).toFixed(1));
  const lines = components.map(({ name, status }, row) => {
    const own = history.filter(({ component }) => component === name);
    const y = row * ROW;
    const pieces = own.map(({ at, from }, index) => ({
      status: from,
      begin: own[index - 1]?.at ?? start,
      end: at,
    }));
    pieces.push({ status, begin: own.at(-1)?.at ?? start, end: now });
    const rects = pieces.map(
      (piece) =>
        `<rect class="${piece.status}" x="${x(piece.begin)}" y="${y + 4}" width="${Math.max(1, Number((x(piece.end) - x(piece.begin)).toFixed(1)))}" height="14" rx="2"/>`,
    );
    const label = name.length > 22 ? `${name.slice(0, 21)}…` : name;
    return `<text class="name" x="0" y="${y + 16}">${escape(label)}</text>${rects.join('')}`;
  });
  const height = components.length * ROW + 22;
  return `<section><h2>Timeline</h2><div class="scroll"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="States of each component over the last ${ago(now - start)}">
${lines.join('\n')}<line x1="${LEFT}" x2="${WIDTH}" y1="${height - 18}" y2="${height - 18}"/>
<text x="${LEFT}" y="${height - 4}">${ago(now - start)} ago</text><text x="${WIDTH}" y="${height - 4}" text-anchor="end">now</text></svg></div></section>`;
};

const historyOf = (history: readonly Transition[], now: number): string => {
  if (history.length === 0) return '';
  const rows = [...history].reverse().map(
    ({ at, component, from, to, cause, code }) =>
      `<tr><td class="number">${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} <span class="soft">${ago(now - at)} ago</span></td>
<td>${escape(component)}</td><td>${stateOf(from)} → ${stateOf(to)}</td><td>${escape(cause.replace('-', ' '))}${code === undefined ? '' : `: ${escape(code)}`}</td></tr>`,
  );
  return `<section><h2>Transitions</h2><div class="scroll"><table><thead><tr><th>When (UTC)</th><th>Component</th><th>State</th><th>Because</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></div></section>`;
};

const runtimeSection = (health: Health): string => {
  const { loopUtilization = 0, loopDelay, heapUsed = 0, heapLimit = 0, uptime = 0 } = runtimeOf(health);
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const rows = [
    ['Event loop', `${Math.round(loopUtilization * 100)} % busy, at most ${String(loopDelay)} ms late`],
    ['Heap', `${megabytes(heapUsed)} of ${megabytes(heapLimit)}`],
    ['Running for', ago(uptime * 1000)],
  ].map(([name, value]) => `<dt>${name ?? ''}</dt><dd>${value ?? ''}</dd>`);
  return `<section><h2>Process</h2><dl>${rows.join('')}</dl></section>`;
};

/**
 * A page for people: no script, nothing from elsewhere. Those without a role see what the status code says, and the words
 * that everybody may read.
 */
export const writePage = (
  health: Health,
  group: string,
  port: number | undefined,
  roles: ReadonlySet<Role>,
): string => {
  const report = health.report(group, port);
  const { service } = health.options;
  const isKnown = roles.size > 0;
  const shown = isKnown ? report.status : report.status === 'fail' ? 'fail' : 'pass';
  const components = report.components.map((component) => exposed(component, roles));
  const { history } = health;
  const now = Date.now();
  const words = report.reasons.filter((reason) => reason !== '');
  const reasons = words.length === 0 ? '' : `<section>${words.map(escape).join('<br>')}</section>`;
  const inside = isKnown
    ? tableOf(components) +
      timelineOf(components, history, now) +
      historyOf(history, now) +
      (roles.has('details') ? runtimeSection(health) : '')
    : '';
  const title = isKnown ? `${service}: ${group}` : 'Healthcheck Status';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head>
<body><main><header><h1>${escape(title)}</h1>${stateOf(shown)}</header>${reasons}${inside}</main></body></html>
`;
};
