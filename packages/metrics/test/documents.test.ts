import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as channels from '../src/channels.ts';
import * as errors from '../src/errors.ts';
import { resolveMetricsOptions } from '../src/options.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly exports: Readonly<Record<string, unknown>>;
};

test('the table of errors has every code and class, and no other', () => {
  const table = /<!-- errors -->([\s\S]*)<!-- \/errors -->/u.exec(readme)?.[1] ?? '';
  const rows = [...table.matchAll(/`(ERR_\w+)`\s*\|\s*`(\w+)`/gu)].map(
    ([, code, name]) => `${name!} ${code!}`,
  );
  const classes = Object.entries(errors).map(([name, type]) => `${name} ${type.code}`);
  expect(rows.sort()).toEqual(classes.sort());
});

test('errors are known across copies of the package, each by its own class', () => {
  const error = new errors.MetricConflictError('m', 'another kind');
  expect([error.name, error.code]).toEqual(['MetricConflictError', 'ERR_METRICS_CONFLICT']);
  const foreign = Object.assign(Object.create(Error.prototype) as object, {
    [Symbol.for('oslofjord.metrics.ERR_METRICS')]: true,
    [Symbol.for('oslofjord.metrics.ERR_METRICS_PUSH')]: true,
  });
  expect([
    foreign instanceof errors.MetricsError,
    foreign instanceof errors.PushError,
    foreign instanceof errors.MetricConflictError,
  ]).toEqual([true, true, false]);
});

test('the table of channels has every channel', () => {
  const rows = [...readme.matchAll(/`(oslofjord:metrics:\w+)`/gu)].map(([, name]) => name);
  expect([...new Set(rows)].sort()).toEqual(
    Object.values(channels)
      .map(({ name }) => String(name))
      .sort(),
  );
});

test('the table of entries has every entry', () => {
  for (const entry of Object.keys(manifest.exports)) {
    if (entry === './package.json') continue;
    const last = entry === '.' ? '@oslofjord/metrics' : entry.split('/').at(-1);
    expect(readme).toMatch(new RegExp(`\`[^\`]*${last!}\``, 'u'));
  }
});

test('the table of limits has the defaults', () => {
  const resolved = resolveMetricsOptions({});
  expect(readme).toMatch(new RegExp(`seriesPerMetric\`\\s*\\| \`${String(resolved.seriesPerMetric)}\``, 'u'));
  expect(readme).toMatch(new RegExp(`limits\\.series\`\\s*\\| \`${String(resolved.series)}\``, 'u'));
  expect(() => resolveMetricsOptions({ limits: { seriesPerMetric: 0, series: 1.5 }, ttl: '-1s' })).toThrow(
    /limits.seriesPerMetric:[\s\S]*limits.series:[\s\S]*ttl:/u,
  );
});
