/** A line of a text page that has a number. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly line: number;
}

/** A text page, taken apart. */
export interface TextPage {
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  /** Lines that are none of the format, and what is said twice. */
  readonly problems: readonly string[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?[0-9]+)?$/u;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/uy;

const NUMBERS: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity, NaN: NaN };

const unescape = (text: string): string =>
  text.replace(/\\(.)/gu, (_, character: string) => (character === 'n' ? '\n' : character));

const readLabels = (text: string): ReadonlyMap<string, string> | undefined => {
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) return undefined;
    const [, name = '', value = ''] = match;
    labels.set(name, unescape(value));
  }
  return labels;
};

/** Reads a page in Prometheus' text format 0.0.4. */
export const parseTextPage = (text: string): TextPage => {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    if (content.trim() === '') continue;
    if (content.startsWith('#')) {
      const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/u.exec(content) ?? [];
      const into = kind === 'HELP' ? helps : kind === 'TYPE' ? types : undefined;
      if (into?.has(name) === true) {
        problems.push(`line ${String(line)}: ${kind ?? ''} of ${name} stands twice`);
      }
      into?.set(name, rest);
      continue;
    }
    const match = SAMPLE.exec(content);
    const labels = readLabels(match?.[2] ?? '');
    const [, name = '', , number = ''] = match ?? [];
    const value = NUMBERS[number] ?? Number(number);
    if (match === null || labels === undefined || (Number.isNaN(value) && number !== 'NaN')) {
      problems.push(`line ${String(line)}: no sample: ${content.slice(0, 120)}`);
    } else samples.push({ name, labels, value, line });
  }
  return { samples, types, helps, problems };
};

const SUFFIXES = ['_bucket', '_count', '_sum'];

/** @returns the metric that a sample belongs to */
export const metricOf = ({ types }: TextPage, name: string): string => {
  if (types.has(name)) return name;
  const suffix = SUFFIXES.find((one) => name.endsWith(one));
  const base = suffix === undefined ? name : name.slice(0, -suffix.length);
  return types.has(base) ? base : name;
};
