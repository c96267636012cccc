import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeCollectorOptions } from '../../src/collector/options.ts';
import { renderText } from '../../src/exposition/text.ts';
import { effort, seed } from '../property.ts';
import { collectorOf, outcomeOf, replay } from './answer.ts';
import { datagramOf, divergences } from './divergences.ts';
import { makeStream, Random } from './generate.ts';
import { samplesOf } from './samples.ts';

/** Samples by name. */
const named = (samples: Readonly<Record<string, number | string>>): Record<string, number | string> =>
  Object.fromEntries(Object.entries(samples).map(([key, value]) => [key.slice(0, key.indexOf('{')), value]));

test.each(divergences.map((divergence) => [divergence.key, divergence.message.value, divergence] as const))(
  '%s: of a value %s oslo.metrics and the safe mode make what is stated, and the safe mode counts that it differs',
  (key, _, { message, oslo, ours }) => {
    const raw = datagramOf(message);
    const compatible = outcomeOf({ raw }, 'oslo');
    const safe = outcomeOf({ raw }, undefined);
    expect(named(compatible.delta as Record<string, number>)).toEqual(oslo);
    expect(named(safe.delta as Record<string, number>)).toEqual(ours);
    expect({ ...safe, logs: [] }).not.toEqual({ ...compatible, logs: [] });
    const { take, deviations } = collectorOf(undefined);
    take(Buffer.from(raw));
    expect(deviations).toEqual([key]);
  },
);

test('D5: beyond its limit a metric counts in one series, where oslo.metrics grows without an end', () => {
  const stream = Array.from({ length: 2500 }, (_, index) =>
    datagramOf({ value: 'null', method: `m${String(index)}` }),
  );
  const series = (page: string): number => page.match(/^oslo_.*_total\{/gmu)?.length ?? 0;
  expect(series(replay(stream, 'oslo'))).toBe(2500);
  const { registry, take, deviations } = collectorOf(undefined);
  for (const raw of stream) take(Buffer.from(raw));
  expect(series(renderText(registry))).toBe(2001);
  expect(deviations).toEqual(Array.from({ length: 500 }, () => 'D5'));
});

test('D6: it listens on this machine only, where oslo.metrics listens on every address', () => {
  expect(completeCollectorOptions({}).host).toBe('127.0.0.1');
  expect(completeCollectorOptions({ compat: 'oslo' }).host).toBe('');
});

test('in nothing else a random datagram is treated otherwise in the safe mode', () => {
  const random = new Random(seed);
  let differing = 0;
  for (let round = 0; round < 3000 * effort; round += 1) {
    for (const bytes of makeStream(random, 1)) {
      const oslo = collectorOf('oslo');
      const safe = collectorOf(undefined);
      oslo.take(bytes);
      safe.take(bytes);
      const isSame = JSON.stringify(samplesOf(oslo.registry)) === JSON.stringify(samplesOf(safe.registry));
      const shown = `PROPERTY_SEED=${String(seed)}: ${bytes.toString('base64')}`;
      expect(isSame, shown).toBe(safe.deviations.length === 0);
      if (!isSame) differing += 1;
    }
  }
  expect(differing).toBeGreaterThan(0);
});

test('the guide lists every deviation', () => {
  const guide = readFileSync(new URL('../../../../docs/metrics-operator.md', import.meta.url), 'utf8');
  const listed = [...guide.matchAll(/^\| (D\d) /gmu)].map(([, key]) => key);
  expect(listed).toEqual(['D1', 'D2', 'D3', 'D4', 'D5', 'D6']);
});
