import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverOrSkip } from '@oslofjord/services';
import { pushRemoteWrite } from '../../src/exporters/remote-write.ts';
import { snappy } from '../../src/exporters/snappy.ts';
import { createMetrics } from '../../src/registry.ts';

/** Reads Snappy's block format, by its description. */
const unsnap = (bytes: Buffer): Buffer => {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at]!;
    at += 1;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const out = Buffer.alloc(length);
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at]!;
    at += 1;
    if ((tag & 3) === 0) {
      let size = tag >> 2;
      if (size >= 60) {
        const extra = size - 59;
        size = bytes.readUIntLE(at, extra);
        at += extra;
      }
      size += 1;
      bytes.copy(out, to, at, at + size);
      at += size;
      to += size;
      continue;
    }
    expect(tag & 3).toBe(2);
    const offset = bytes.readUInt16LE(at);
    at += 2;
    expect(offset).toBeGreaterThan(0);
    for (let left = (tag >> 2) + 1; left > 0; left -= 1, to += 1) out[to] = out[to - offset]!;
  }
  expect(to).toBe(length);
  return out;
};

it('what Snappy compresses comes out again as it was, and repeated text becomes small', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constant(Buffer.from('the same label value'))),
        {
          maxLength: 60,
        },
      ),
      fc.integer({ min: 1, max: 400 }),
      (parts, times) => {
        const source = Buffer.concat(Array.from({ length: times }, () => parts).flat());
        expect(unsnap(snappy(source)).equals(source)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
  const repeated = Buffer.from('http_requests_total{method="GET"} '.repeat(10_000));
  expect(snappy(repeated).length).toBeLessThan(repeated.length / 15);
});

interface Answer {
  readonly data: {
    readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

it('Prometheus takes what is written, and a series ends when its writer does', async ({ skip }) => {
  const { server, skipped } = await serverOrSkip('prometheus', {
    own: true,
    args: ['--web.enable-remote-write-receiver'],
  });
  if (server === undefined) {
    skip(skipped);
    return;
  }
  await using running = server;
  const query = async (text: string): Promise<Answer['data']['result']> => {
    const response = await fetch(`${running.url}/api/v1/query?query=${encodeURIComponent(text)}`);
    return ((await response.json()) as Answer).data.result;
  };
  const metrics = createMetrics({ limits: { seriesPerMetric: 20_000 } });
  const jobs = metrics.counter('jobs', { labels: ['kind', 'empty'] });
  for (let index = 0; index < 10_000; index += 1) jobs.inc({ kind: `é"${String(index)}`, empty: '' }, index);
  metrics.histogram('took_seconds', { buckets: [1] }).observe(0.5);
  const pusher = pushRemoteWrite(metrics, {
    url: `${running.url}/api/v1/write`,
    labels: { job: 'api', instance: 'one' },
  });
  await pusher.flush();
  expect((await query('count(jobs_total{job="api",instance="one"})'))[0]?.value[1]).toBe('10000');
  expect((await query('sum(jobs_total)'))[0]?.value[1]).toBe('49995000');
  expect((await query('jobs_total{kind="é\\"77"}'))[0]?.value[1]).toBe('77');
  expect((await query('took_seconds_bucket{le="1.0"}'))[0]?.value[1]).toBe('1');
  jobs.inc({ kind: 'é"77', empty: '' });
  await pusher.flush();
  expect((await query('jobs_total{kind="é\\"77"}'))[0]?.value[1]).toBe('78');
  await pusher.close();
  await sleep(50);
  expect(await query('jobs_total')).toEqual([]);
  // Marked as ended, not lost: the last value is there for the time it was valid.
  expect((await query('max_over_time(jobs_total{kind="é\\"77"}[5m])'))[0]?.value[1]).toBe('78');
});
