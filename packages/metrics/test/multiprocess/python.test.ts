import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { renderText } from '../../src/exposition/text.ts';
import { MergedPage } from '../../src/multiprocess/merge.ts';
import { PythonFile, readPythonFile } from '../../src/multiprocess/python-format.ts';
import { pythonSource } from '../../src/multiprocess/python-source.ts';
import { writePythonFiles } from '../../src/multiprocess/python-writer.ts';
import { createMetrics } from '../../src/registry.ts';
import { originalsMissing, PYTHON } from '@oslofjord/services';

const missing = await originalsMissing({ 'prometheus-client': '' }, ['python3-prometheus-client']);
const withPython = it.skipIf(missing !== undefined);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oslofjord-python-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const python = (program: string): string =>
  execFileSync(PYTHON, ['-c', program], {
    env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: directory },
    encoding: 'utf8',
  });

const SERVICE = `
import os
from prometheus_client import Counter, Gauge, Histogram, Summary
N = int(os.environ.get('N', '1'))
Counter('jobs', 'Jobs done', ['kind']).labels('ü"\\n').inc(7 * N)
for mode in ['all', 'liveall', 'min', 'max', 'sum', 'livesum']:
    Gauge('g_' + mode, mode, ['x'], multiprocess_mode=mode).labels('1').set(N)
h = Histogram('took_seconds', 'Took', ['kind'], buckets=[0.1, 1, 2500000])
h.labels('a').observe(0.5); h.labels('a').observe(50); h.labels('b').observe(1e9)
Summary('size', 'Size').observe(3)
`;

const COLLECT = `
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
r = CollectorRegistry(); multiprocess.MultiProcessCollector(r)
print(generate_latest(r).decode())
`;

/** Samples of a page: name with labels → value, without what is written for humans. */
const samples = (page: string): Record<string, number> =>
  Object.fromEntries(
    page
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/u.exec(line) ?? [];
        const sorted = (labels.match(/\w+="(?:[^"\\]|\\.)*"/gu) ?? []).sort().join();
        return [`${name}{${sorted}}`, Number(value?.replace('Inf', 'Infinity'))];
      }),
  );

withPython('the files of two Python processes make the page that Python itself makes of them', async () => {
  for (const n of ['1', '3']) python(`import os; os.environ['N'] = '${n}'\n${SERVICE}`);
  const ours = renderText(await new MergedPage([pythonSource(directory)]).collect());
  const theirs = python(COLLECT);
  expect(samples(ours)).toEqual(samples(theirs));
  expect(Object.keys(samples(ours)).length).toBeGreaterThan(20);
});

withPython('Python adds our files to its own', () => {
  python(SERVICE);
  const metrics = createMetrics();
  metrics.counter('jobs', { help: 'Jobs done', labels: ['kind'] }).inc({ kind: 'ü"\n' }, 35);
  metrics
    .histogram('took_seconds', { help: 'Took', labels: ['kind'], buckets: [0.1, 1, 2_500_000] })
    .observe({ kind: 'a' }, 0.05);
  metrics.gauge('g_max', { help: 'max', labels: ['x'], aggregate: 'max' }).set({ x: '1' }, 9);
  using writer = writePythonFiles(metrics, { directory });
  writer.flush();
  const page = samples(python(COLLECT));
  expect(page['jobs_total{kind="ü\\"\\n"}']).toBe(42);
  expect(page['took_seconds_count{kind="a"}']).toBe(3);
  expect(page['took_seconds_bucket{kind="a",le="0.1"}']).toBe(1);
  expect(page['took_seconds_bucket{kind="a",le="2.5e+06"}']).toBe(3);
  expect(page['g_max{x="1"}']).toBe(9);
});

withPython('keys are the bytes that Python writes', () => {
  python(SERVICE);
  const file = readdirSync(directory).find((name) => name.startsWith('counter')) ?? '';
  const theirs = readFileSync(join(directory, file));
  const ours = new PythonFile(false);
  for (const sample of readPythonFile(theirs) ?? []) ours.set(sample);
  expect(ours.bytes.equals(theirs)).toBe(true);
});

it('files with times, as newer versions write them, are told from those without', () => {
  for (const hasTimes of [false, true]) {
    const file = new PythonFile(hasTimes);
    const sample = { metric: 'a', name: 'a_total', labels: { b: 'c' }, help: 'd', value: 5 };
    for (let index = 0; index < 2000; index += 1) {
      file.set({ ...sample, labels: { b: String(index) }, value: index, time: 9 });
    }
    const read = readPythonFile(file.bytes);
    expect(read?.length).toBe(2000);
    expect(read?.[1999]).toEqual({
      ...sample,
      labels: { b: '1999' },
      value: 1999,
      time: hasTimes ? 9 : 0,
    });
  }
  expect(readPythonFile(Buffer.from('no such file at all, but long enough'))).toBeUndefined();
});
