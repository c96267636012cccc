// One page that needs nothing else: what the jobs came to, when they ran, and their logs.
import { escaped } from './markup.js';
import { durationOf, lasting } from './summary.js';

/** @import { Build } from '../build.js' */
/** @import { JobOutcome } from '../scheduler.js' */

/** What terminals take for colours and the like. */
// eslint-disable-next-line no-control-regex -- this is how they begin
const COLOURS = /\u001b\[[0-9;?]*[ -/]*[@-~]/gu;

/** @param {string} line */
const uncoloured = (line) => line.replaceAll(COLOURS, '');

/** Lines of a log that the page holds; the file beside it has all. */
const MOST_LINES = 2000;

const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1d2530; --faint: #5b6675; --line: #d8dee6; --card: #f5f7f9;
  --good: #1a7f37; --bad: #c0262d; --other: #6b7686; --pre: #8fb8de; --run: #2f6fb2; --post: #9a8ac4; --cleanup: #c2c9d1; }
@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #dfe5ec; --faint: #97a3b2; --line: #323b46;
  --card: #1c2229; --good: #4cc06a; --bad: #ff7b72; --other: #97a3b2; --pre: #3d678f; --run: #6aa9e9; --post: #8f7fc0; --cleanup: #4b5562; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; color: var(--faint); overflow-wrap: anywhere; }
.SUCCESS { color: var(--good); } .SKIPPED, .CANCELED, .non-voting { color: var(--other); } .failed { color: var(--bad); }
ul { list-style: none; margin: 0; padding: 0; }
.row { display: grid; grid-template-columns: minmax(8rem, 16rem) 1fr 5rem; gap: .75rem; align-items: center; padding: .2rem 0; border-bottom: 1px solid var(--line); }
.row a { overflow-wrap: anywhere; }
.track { position: relative; height: 1.1rem; background: var(--card); border-radius: 3px; }
.bar { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: 2px; }
.bar.pre { background: var(--pre); } .bar.run { background: var(--run); } .bar.post { background: var(--post); } .bar.cleanup { background: var(--cleanup); }
.bar.failed, .bar.timed-out, .bar.unreachable { outline: 2px solid var(--bad); }
.time { text-align: right; font-variant-numeric: tabular-nums; color: var(--faint); }
.legend span { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin: 0 .3rem 0 1rem; vertical-align: -1px; }
details { border: 1px solid var(--line); border-radius: 4px; margin: .4rem 0; background: var(--card); }
summary { cursor: pointer; padding: .4rem .7rem; } summary b { font-weight: 600; overflow-wrap: anywhere; }
pre { margin: 0; padding: .6rem .7rem; overflow-x: auto; border-top: 1px solid var(--line); font: 12px/1.45 ui-monospace, monospace; max-height: 40rem; }
@media (max-width: 40rem) { .row { grid-template-columns: 1fr 5rem; } .row .track { grid-column: 1 / -1; grid-row: 2; } }
`;

/** @param {JobOutcome} outcome @returns {string} class of its result */
const classOf = ({ result, job }) => {
  if (result === 'SUCCESS' || result === 'SKIPPED' || result === 'CANCELED') return result;
  return job.scalars['voting'] === false ? 'non-voting' : 'failed';
};

/** @param {Build} build @param {number} start @param {number} length */
const bars = (build, start, length) =>
  build.playbooks
    .map(({ phase, playbook, start: from, end, ending }) => {
      const [left, width] = [from.getTime() - start, end.getTime() - from.getTime()].map((each) =>
        ((each / length) * 100).toFixed(3),
      );
      const title = `${phase}: ${playbook}, ${lasting(end.getTime() - from.getTime())}${ending === 'ok' ? '' : `, ${ending}`}`;
      return `<span class="bar ${phase} ${ending}" style="left:${String(left)}%;width:${String(width)}%" title="${escaped(title)}"></span>`;
    })
    .join('');

/**
 * @param {readonly JobOutcome[]} outcomes
 * @param {{ title: string, isSuccess: boolean, start: Date, end: Date, logOf: (job: string) => readonly string[], facts: readonly string[] }} options
 * @returns {string}
 */
export const pageOf = (outcomes, { title, isSuccess, start, end, logOf, facts }) => {
  const length = Math.max(end.getTime() - start.getTime(), 1);
  const rows = outcomes.map((outcome) => {
    const { job, builds, result } = outcome;
    const track = builds.map((build) => bars(build, start.getTime(), length)).join('');
    const time = builds.length === 0 ? result.toLowerCase() : lasting(durationOf(outcome));
    return `<li class="row"><a class="${classOf(outcome)}" href="#log-${escaped(job.name)}">${escaped(job.name)}</a><div class="track">${track}</div><span class="time">${time}</span></li>`;
  });
  const logs = outcomes.map((outcome) => {
    const { job, builds, result, reason } = outcome;
    const lines = builds.length === 0 ? [] : logOf(job.name);
    const left = Math.max(lines.length - MOST_LINES, 0);
    const cut =
      left === 0
        ? ''
        : `<p>The first ${String(left)} lines are in logs/${escaped(job.name)}/job-output.txt only.</p>`;
    const notes = [
      ...(job.scalars['voting'] === false ? ['non-voting'] : []),
      ...(builds.length > 1 ? [`${String(builds.length)} attempts`] : []),
      ...(reason === undefined ? [] : [reason]),
    ].join(', ');
    const body =
      lines.length === 0
        ? ''
        : `${cut}<pre>${lines.slice(left).map(uncoloured).map(escaped).join('\n')}</pre>`;
    const isOpen = classOf(outcome) === 'failed' ? ' open' : '';
    return `<details id="log-${escaped(job.name)}"${isOpen}><summary><b>${escaped(job.name)}</b> <span class="${classOf(outcome)}">${result}</span> ${escaped(notes)}</summary>${body}</details>`;
  });
  const legend = ['pre', 'run', 'post', 'cleanup'].map(
    (phase) => `<span class="bar ${phase}" style="position:static"></span>${phase}`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>
<h1 class="${isSuccess ? 'SUCCESS' : 'failed'}">Build ${isSuccess ? 'succeeded' : 'failed'}</h1>
<p>${escaped(title)}, ${lasting(length)}</p>
${facts.map((fact) => `<p>${escaped(fact)}</p>`).join('\n')}
<h2>Timeline</h2>
<p class="legend">${legend.join('')}</p>
<ul>${rows.join('\n')}</ul>
<h2>Logs</h2>
${logs.join('\n')}
<script>addEventListener('hashchange', () => { const log = document.getElementById(location.hash.slice(1)); if (log) log.open = true; });</script>
</body>
</html>
`;
};
