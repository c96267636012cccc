import { Histograms } from '../../src/families/instruments.ts';
import { bound } from '../../src/exposition/numbers.ts';
import type { Registry } from '../../src/registry.ts';

/** How Python's json.dumps writes a text. */
const dumps = (text: string): string =>
  JSON.stringify(text)
    .split('')
    .map((unit) => (unit < '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('');

const keyOf = (name: string, labels: readonly (readonly [string, string])[]): string => {
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}{${sorted.map(([label, value]) => `${dumps(label)}: ${dumps(value)}`).join(', ')}}`;
};

const shown = (value: number): number | string => {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
};

/** Samples by name and sorted labels; empty buckets are left out, as on a page that shows what changed. */
export const samplesOf = (registry: Registry): Record<string, number | string> => {
  const samples: Record<string, number | string> = {};
  for (const family of registry.families) {
    for (const series of family.series) {
      const labels = family.labelNames.map((name, index) => [name, series.labelValues[index] ?? ''] as const);
      const { values, slot } = series;
      if (!(family instanceof Histograms)) {
        samples[keyOf(`${family.name}_total`, labels)] = shown(values[slot] ?? 0);
        continue;
      }
      let count = 0;
      for (const [index, le] of [...[...family.layout.bounds].map(bound), '+Inf'].entries()) {
        count += values[slot + 1 + index] ?? 0;
        if (count > 0) samples[keyOf(`${family.name}_bucket`, [...labels, ['le', le]])] = count;
      }
      samples[keyOf(`${family.name}_count`, labels)] = count;
      samples[keyOf(`${family.name}_sum`, labels)] = shown(values[slot] ?? 0);
    }
  }
  return samples;
};
