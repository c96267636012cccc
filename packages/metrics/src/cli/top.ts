import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { parseDuration } from '@oslofjord/config';
import { type Command, EXIT, UsageMistake } from './command.ts';
import { readPage } from './source.ts';
import { parseTextPage, type TextPage } from './text-page.ts';

/** What a method did in one interval. */
interface Row {
  readonly key: string;
  starts: number;
  ends: number;
  exceptions: number;
  seconds: number;
  count: number;
}

const SIDES = ['client', 'server'] as const;

/** Totals of each side, topic and method. */
const rowsOf = ({ samples }: TextPage): Map<string, Row> => {
  const rows = new Map<string, Row>();
  for (const { name, labels, value } of samples) {
    const [, side, what] =
      /^oslo_messaging_rpc_(client|server)_(invocation_start_total|invocation_end_total|exception_total|processing_seconds_sum|processing_seconds_count)$/u.exec(
        name,
      ) ?? [];
    if (side === undefined || !SIDES.includes(side as 'client')) continue;
    const key = `${side} ${labels.get('topic') ?? ''} ${labels.get('method') ?? ''}`;
    const row = rows.get(key) ?? { key, starts: 0, ends: 0, exceptions: 0, seconds: 0, count: 0 };
    rows.set(key, row);
    if (what === 'invocation_start_total') row.starts += value;
    else if (what === 'invocation_end_total') row.ends += value;
    else if (what === 'exception_total') row.exceptions += value;
    else if (what === 'processing_seconds_sum') row.seconds += value;
    else row.count += value;
  }
  return rows;
};

const tableOf = (before: Map<string, Row>, after: Map<string, Row>, seconds: number): string => {
  const lines = [...after.values()]
    .map((row) => {
      const old = before.get(row.key);
      const count = row.count - (old?.count ?? 0);
      return {
        key: row.key,
        rate: (row.starts - (old?.starts ?? 0)) / seconds,
        failing: (row.exceptions - (old?.exceptions ?? 0)) / seconds,
        mean: count > 0 ? (row.seconds - (old?.seconds ?? 0)) / count : 0,
        flying: row.starts - row.ends - row.exceptions,
      };
    })
    .sort((a, b) => b.rate - a.rate || (a.key < b.key ? -1 : 1))
    .map(
      ({ key, rate, failing, mean, flying }) =>
        `${key.padEnd(48)} ${rate.toFixed(1).padStart(9)} ${failing.toFixed(1).padStart(9)} ${(mean * 1000).toFixed(1).padStart(9)} ${String(flying).padStart(9)}`,
    );
  const heading = `${'side topic method'.padEnd(48)} ${'calls/s'.padStart(9)} ${'fails/s'.padStart(9)} ${'mean ms'.padStart(9)} ${'in flight'.padStart(9)}`;
  return `${[heading, ...lines].join('\n')}\n`;
};

export const top: Command = {
  synopsis: 'URL [--interval 2s] [--count N]',
  summary: 'shows which methods are called most, again and again',
  run: async (words, { out, signal }) => {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { interval: { type: 'string', default: '2s' }, count: { type: 'string' } },
    });
    const count = values.count === undefined ? Infinity : Number(values.count);
    if (!(count >= 1)) throw new UsageMistake(`--count ${values.count ?? ''} is no number of times`);
    const interval = parseDuration(values.interval);
    let before = rowsOf(parseTextPage(await readPage(positionals[0], signal)));
    for (let shown = 0; shown < count && !signal.aborted; shown += 1) {
      try {
        await pause(interval, undefined, { signal });
      } catch {
        break;
      }
      const after = rowsOf(parseTextPage(await readPage(positionals[0], signal)));
      out(tableOf(before, after, interval / 1000));
      before = after;
    }
    return EXIT.ok;
  },
};
