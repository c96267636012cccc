import { type Command, EXIT } from './command.ts';
import { readPage } from './source.ts';
import { metricOf, parseTextPage, type Sample, type TextPage } from './text-page.ts';

/** Units that are no base units, and what to write instead. */
const UNITS: Readonly<Record<string, string>> = {
  milliseconds: 'seconds',
  ms: 'seconds',
  minutes: 'seconds',
  kilobytes: 'bytes',
  megabytes: 'bytes',
  percent: 'ratio',
};

const declared = (page: TextPage): string[] => {
  const { samples, types, helps } = page;
  const problems: string[] = [];
  const names = new Set(samples.map(({ name }) => metricOf(page, name)));
  for (const name of [...names, ...types.keys()].filter((one, index, all) => all.indexOf(one) === index)) {
    const type = types.get(name);
    if (type === undefined) problems.push(`${name}: it has no TYPE`);
    if (!helps.has(name)) problems.push(`${name}: it has no HELP`);
    if (type === 'counter' && !name.endsWith('_total')) problems.push(`${name}: a counter ends in _total`);
    if (type !== 'counter' && type !== undefined && name.endsWith('_total')) {
      problems.push(`${name}: a ${type} does not end in _total`);
    }
    const unit =
      name
        .replace(/_total$/u, '')
        .split('_')
        .at(-1) ?? '';
    const base = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (base !== undefined) problems.push(`${name}: use ${base}, not ${unit}`);
  }
  return problems;
};

const keyOf = ({ name, labels }: Sample, without = ''): string =>
  `${name}{${[...labels]
    .filter(([label]) => label !== without)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`;

const twice = ({ samples }: TextPage): string[] => {
  const seen = new Set<string>();
  return samples.flatMap((sample) => {
    const key = keyOf(sample);
    if (seen.has(key)) return [`${key}: it stands twice`];
    seen.add(key);
    return [];
  });
};

/** Buckets of one series ascend, and the last one is the count. */
const histograms = (page: TextPage): string[] => {
  const problems: string[] = [];
  const buckets = new Map<string, { le: number; value: number }[]>();
  const counts = new Map<string, number>();
  for (const sample of page.samples) {
    const metric = metricOf(page, sample.name);
    if (page.types.get(metric) !== 'histogram') continue;
    if (sample.name === `${metric}_count`) counts.set(keyOf({ ...sample, name: metric }), sample.value);
    if (sample.name !== `${metric}_bucket`) continue;
    const le = sample.labels.get('le');
    const key = keyOf({ ...sample, name: metric }, 'le');
    const list = buckets.get(key) ?? [];
    list.push({ le: le === '+Inf' ? Infinity : Number(le ?? NaN), value: sample.value });
    buckets.set(key, list);
  }
  for (const [key, list] of buckets) {
    list.sort((a, b) => a.le - b.le);
    const last = list.at(-1);
    if (last?.le !== Infinity) problems.push(`${key}: it has no bucket le="+Inf"`);
    if (list.some(({ value }, index) => index > 0 && value < (list[index - 1]?.value ?? 0))) {
      problems.push(`${key}: its buckets do not ascend`);
    }
    if (last?.value !== counts.get(key)) problems.push(`${key}: its last bucket is not its count`);
  }
  return problems;
};

/** @returns what is wrong with a page */
export const problemsOf = (page: TextPage): string[] => [
  ...page.problems,
  ...declared(page),
  ...twice(page),
  ...histograms(page),
];

export const check: Command = {
  synopsis: 'URL|FILE|-',
  summary: 'says what is wrong with a page of metrics',
  run: async ([source], { out, signal }) => {
    const page = parseTextPage(await readPage(source, signal));
    const problems = problemsOf(page);
    for (const problem of problems) out(`${problem}\n`);
    if (problems.length > 0) return EXIT.problems;
    out(`${String(page.samples.length)} samples of ${String(page.types.size)} metrics, nothing wrong\n`);
    return EXIT.ok;
  },
};
