const LIGHT = `
  color-scheme: light; --ink: #1d2530; --soft: #566170; --ground: #f5f6f8; --card: #ffffff; --line: #dfe3e8; --track: #e9ecf0;
  --accent: #1f5fa8; --accent-soft: #e6eff9; --pass: #196b33; --pass-soft: #e3f3e7; --warn: #855100; --warn-soft: #fbf0d9;
  --fail: #b3202b; --fail-soft: #fbe7e8; --unknown: #566170; --unknown-soft: #eceef1;
  --line-0: #1f6fc4; --line-1: #b8700a; --line-2: #b3202b;`;
const DARK = `
  color-scheme: dark; --ink: #e4e9ef; --soft: #a0abb8; --ground: #0f1318; --card: #171d24; --line: #2b333d; --track: #262e37;
  --accent: #7db5f2; --accent-soft: #1a2c40; --pass: #63c77f; --pass-soft: #16301e; --warn: #e2ae4d; --warn-soft: #362a13;
  --fail: #ff8a8f; --fail-soft: #3b1c1f; --unknown: #a0abb8; --unknown-soft: #262e37;
  --line-0: #6cabf0; --line-1: #e2ae4d; --line-2: #ff8a8f;`;

/** The style of all pages. */
export const style = (): string => `
:root {${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme]) {${DARK} } }
:root[data-theme='dark'] {${DARK} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif;
  display: grid; grid-template-columns: 13rem minmax(0, 1fr); min-height: 100vh; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.side { background: var(--card); border-right: 1px solid var(--line); padding: 1.25rem .75rem; position: sticky; top: 0; height: 100vh;
  display: flex; flex-direction: column; gap: 1rem; }
.brand { font-weight: 650; padding: 0 .75rem; } .brand small { display: block; font-weight: 400; color: var(--soft); }
nav ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .125rem; }
nav a { display: block; padding: .4rem .75rem; border-radius: 6px; color: var(--ink); text-decoration: none; }
nav a:hover { background: var(--ground); } nav a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.tools { margin-top: auto; display: grid; gap: .5rem; padding: 0 .25rem; }
main { padding: 1.5rem clamp(1rem, 3vw, 2.25rem) 3rem; max-width: 78rem; min-width: 0; width: 100%; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 0 0 .6rem; } h3 { font-size: .9rem; margin: 1rem 0 .4rem; }
.lead { color: var(--soft); margin: 0 0 1.25rem; max-width: 78ch; }
p { margin: 0 0 .75rem; max-width: 75ch; } p:last-child { margin-bottom: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.15rem; margin: 0 0 1rem; min-width: 0; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); align-items: start; margin-bottom: 1rem; }
.grid > .card { margin: 0; }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(3, minmax(0, 1fr)); margin: 0 0 1rem; padding: 0; }
.figures > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .75rem 1rem; }
.figures dt { color: var(--soft); font-size: .85rem; } .figures dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures dd small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .9rem .4rem 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 600; font-size: .82rem; vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody tr { border-top: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; } .nowrap, time { white-space: nowrap; } .middle { text-align: center; }
code, pre, textarea { font: .86em/1.5 ui-monospace, 'SFMono-Regular', 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .88em; font-weight: 400; }
td .soft { display: inline-block; }
th code, td code { overflow-wrap: break-word; }
.scroll + p { margin-top: .75rem; }
.state { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-weight: 600; font-size: .82rem; white-space: nowrap; }
.pass { color: var(--pass); background: var(--pass-soft); } .warn { color: var(--warn); background: var(--warn-soft); }
.fail { color: var(--fail); background: var(--fail-soft); } .unknown { color: var(--unknown); background: var(--unknown-soft); }
.yes { color: var(--pass); font-weight: 600; } .no { color: var(--soft); }
.notice { border-left: 4px solid var(--warn); } .notice.bad { border-left-color: var(--fail); } .notice.good { border-left-color: var(--pass); }
button, .button { font: inherit; font-weight: 550; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 7px;
  padding: .4rem .9rem; cursor: pointer; }
button:hover { background: var(--ground); border-color: var(--soft); } button.main { background: var(--accent); border-color: var(--accent); color: var(--card); }
button:disabled { color: var(--soft); cursor: default; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-top: .75rem; } .actions form { margin: 0; }
textarea, input { width: 100%; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 7px; padding: .6rem .75rem; }
textarea { resize: vertical; tab-size: 2; } label { font-weight: 600; display: block; margin-bottom: .35rem; }
ul.plain { list-style: none; margin: 0; padding: 0; } ul.plain > li + li { margin-top: .35rem; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.25rem; margin: 0; } dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: .35rem; } summary { cursor: pointer; color: var(--accent); width: fit-content; font-size: .9em; }
.trace, .trace ul { list-style: none; margin: .15rem 0 0; padding-left: 1rem; border-left: 1px solid var(--line); } .trace { padding-left: 0; border: 0; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; } svg text.name { fill: var(--ink); font-size: 13px; } svg line { stroke: var(--line); }
path.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
path.line-0 { stroke: var(--line-0); } path.line-1 { stroke: var(--line-1); stroke-dasharray: 6 3; } path.line-2 { stroke: var(--line-2); stroke-dasharray: 2 3; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .4rem 0 0; padding: 0; font-size: .88em; font-variant-numeric: tabular-nums; }
.swatch { display: inline-block; width: 1.1rem; border-top: 3px solid; vertical-align: middle; margin-right: .4rem; }
.swatch.line-0 { border-color: var(--line-0); } .swatch.line-1 { border-color: var(--line-1); border-top-style: dashed; } .swatch.line-2 { border-color: var(--line-2); border-top-style: dotted; }
svg.bar { height: .6rem; min-width: 7rem; border-radius: 4px; overflow: hidden; margin-top: .4rem; }
.bar .track { fill: var(--track); } .bar .used { fill: var(--line-0); } .bar .claimed { fill: var(--line-1); }
.bar.high .used { fill: var(--warn); } .bar.full .used { fill: var(--fail); }
.timeline { min-width: 34rem; } .timeline rect.pass { fill: var(--pass); } .timeline rect.warn { fill: var(--line-1); } .timeline rect.fail { fill: var(--fail); } .timeline rect.unknown { fill: var(--track); }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; vertical-align: -.1rem; margin-right: .35rem; }
.key.pass { background: var(--pass); } .key.warn { background: var(--line-1); } .key.fail { background: var(--fail); } .key.unknown { background: var(--track); border: 1px solid var(--soft); }
.level-1 { padding-left: 1.25rem; } .level-2 { padding-left: 2.5rem; } .level-3 { padding-left: 3.75rem; } .level-4 { padding-left: 5rem; }
.matrix th, .matrix td { padding-right: .75rem; } .matrix thead th { min-width: 5rem; overflow-wrap: anywhere; }
.gate { grid-column: 1 / -1; margin: 12vh auto 0; max-width: 34rem; }
[data-lost] main { opacity: .45; } [data-lost] #status { color: var(--fail); background: var(--fail-soft); border-radius: 7px; padding: .4rem .75rem; font-weight: 600; }
[hidden] { display: none !important; }
@media (max-width: 46rem) {
  body { display: block; } h1 { font-size: 1.3rem; }
  .side { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: .75rem; gap: .5rem; }
  .brand small { display: inline; margin-left: .4rem; }
  nav ul { display: flex; flex-wrap: wrap; } nav a { padding: .3rem .6rem; }
  .tools { margin: 0; display: flex; } .tools button { padding: .2rem .7rem; }
  table:has(th:nth-child(5)) { min-width: 42rem; }
  .figures { grid-template-columns: 1fr 1fr; gap: .6rem; } dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
}
@media (prefers-reduced-motion: no-preference) { .bar rect { transition: width .3s; } }
`;
