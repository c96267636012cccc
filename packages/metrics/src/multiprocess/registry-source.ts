import { describeFamily } from '../arenas/records.ts';
import type { Registry } from '../registry.ts';
import type { MetricsSource } from './merge.ts';

/** The numbers of a registry of this process, for a page that has those of others too. */
export const registrySource = (registry: Registry): MetricsSource => ({
  async contribute(page) {
    await registry.collect();
    for (const [id, family] of registry.families.entries()) {
      const record = describeFamily(family, id);
      const target = page.family(record);
      if (target === undefined) continue;
      for (const series of family.series) {
        const to = page.series(target, record, series.labelValues, process.pid);
        page.add(target, to, series.values, series.slot, series.created, { pid: process.pid, isAlive: true });
      }
    }
  },
});
