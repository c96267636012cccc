import type { SoakReport } from './soak.ts';

const WIDTH = 960;
const LEFT = 64;
const RIGHT = 150;
const PANEL = 150;
const GAP = 46;
const INK = '#888';
const COLOURS = ['#2a7de1', '#d9822b', '#1f9d55', '#a04bd1', '#c0392b'];

/** A line of a plot. */
interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** Plots one above the other, on one axis of time. */
interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const BUCKET_MILLISECONDS = 1000;
/** Minutes between two labels of the axis. */
const TICKS = [1, 2, 5, 10, 30, 60];
const MOST_TICKS = 12;

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const panelsOf = ({ outcomes, memory }: SoakReport, end: number): Panel[] => {
  const buckets = Array.from({ length: Math.ceil(end / BUCKET_MILLISECONDS) }, () => ({
    ...{ good: 0, bad: 0 },
    took: [] as number[],
  }));
  for (const { at, took, status } of outcomes) {
    const bucket = buckets[Math.floor(at / BUCKET_MILLISECONDS)];
    if (bucket === undefined) continue;
    if (status === 0 || status >= 500) bucket.bad += 1;
    else bucket.good += 1;
    bucket.took.push(took);
  }
  const over = (of: (bucket: (typeof buckets)[number]) => number): [number, number][] =>
    buckets.map((bucket, index) => [index * BUCKET_MILLISECONDS, of(bucket)]);
  const names = [...new Set(memory.map(({ name }) => name))];
  return [
    {
      title: 'requests begun in a second',
      lines: [
        { name: 'answered', colour: '#1f9d55', points: over(({ good }) => good) },
        { name: 'failed: 502, 503, 504', colour: '#c0392b', points: over(({ bad }) => bad) },
      ],
    },
    {
      title: 'seconds until the answer',
      lines: [
        { name: 'median', colour: '#2a7de1', points: over(({ took }) => percentile(took, 0.5) / 1000) },
        { name: '99 of 100', colour: '#d9822b', points: over(({ took }) => percentile(took, 0.99) / 1000) },
      ],
    },
    {
      title: 'resident memory in MB',
      lines: names.map((name, index) => ({
        name,
        colour: COLOURS[index % COLOURS.length] ?? INK,
        points: memory
          .filter((sample) => sample.name === name)
          .map(({ at, megabytes }) => [at, megabytes] as const),
      })),
    },
  ];
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${INK}" ${more}>${escaped(words)}</text>`;

const panelSvg = ({ title, lines }: Panel, top: number, xOf: (at: number) => number): string => {
  const most = Math.max(1e-9, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const yOf = (value: number): number => top + PANEL - (value / most) * PANEL;
  const drawn = lines.map(({ name, colour, points }, index) => {
    const path = points
      .map(([at, value], place) => `${place === 0 ? 'M' : 'L'}${xOf(at).toFixed(1)} ${yOf(value).toFixed(1)}`)
      .join('');
    const legend = text(WIDTH - RIGHT + 10, top + 12 + index * 16, name, `style="fill:${colour}"`);
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.2"/>${legend}`;
  });
  const base = top + PANEL;
  return [
    text(LEFT, top - 8, title, 'font-weight="600"'),
    text(LEFT - 6, top + 10, most < 10 ? most.toFixed(1) : String(Math.round(most)), 'text-anchor="end"'),
    text(LEFT - 6, base, '0', 'text-anchor="end"'),
    `<path d="M${String(LEFT)} ${String(top)}V${String(base)}H${String(WIDTH - RIGHT)}" fill="none" stroke="${INK}"/>`,
    ...drawn,
  ].join('\n');
};

/** Requests, times and memory over time, with the faults behind them, as one picture for light and dark pages. */
export const plotsOf = (report: SoakReport): string => {
  const end = Math.max(1, report.minutes * 60_000);
  const xOf = (at: number): number => LEFT + (at / end) * (WIDTH - LEFT - RIGHT);
  const panels = panelsOf(report, end);
  const height = panels.length * (PANEL + GAP) + 24;
  const bands = report.faults.map(({ name, isDrain, from, to }) => {
    const width = Math.max(1, xOf(to) - xOf(from));
    return `<rect x="${xOf(from).toFixed(1)}" y="28" width="${width.toFixed(1)}" height="${String(height - 66)}" fill="${isDrain ? '#2a7de1' : '#c0392b'}" fill-opacity="0.13"><title>${escaped(name)}</title></rect>`;
  });
  const step = TICKS.find((each) => report.minutes / each <= MOST_TICKS) ?? report.minutes;
  const minutes = Array.from({ length: Math.floor(report.minutes / step) + 1 }, (_, index) => {
    const minute = index * step;
    return text(xOf(minute * 60_000), height - 10, `${String(minute)} min`, 'text-anchor="middle"');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(height)}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Requests, times and memory over the soak">
${bands.join('\n')}
${panels.map((panel, index) => panelSvg(panel, 36 + index * (PANEL + GAP), xOf)).join('\n')}
${minutes.join('\n')}
</svg>
`;
};
