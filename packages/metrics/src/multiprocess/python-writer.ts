import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duration } from '@oslofjord/config';
import { flushRegularly } from '../arenas/regular-flush.ts';
import { ConfigurationError, type MetricsIssue } from '../errors.ts';
import { bound } from '../exposition/numbers.ts';
import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import { readDuration } from '../options.ts';
import type { Registry } from '../registry.ts';
import { PythonFile } from './python-format.ts';

/** Where and how to write for Python's client. */
export interface PythonWriterOptions {
  /** `PROMETHEUS_MULTIPROC_DIR` of the Python processes. */
  readonly directory: string;
  /**
   * Whether numbers carry the time they were set, as prometheus_client ≥ 0.18 expects.
   * @default false
   */
  readonly times?: boolean;
  /** @default '1s' */
  readonly interval?: Duration;
}

/** Something that writes now and then until it is closed. */
export interface PeriodicWriter {
  /** Writes now. */
  flush(): void;
  /** Writes a last time and stops. */
  close(): void;
  [Symbol.dispose](): void;
}

const fileOf = (family: Family): string => {
  const { kind, aggregate } = family.definition;
  if (kind === 'counter' || kind === 'histogram') return kind;
  return `gauge_${aggregate}`;
};

const write = (family: Family, file: PythonFile, time: number): void => {
  const { name, labelNames } = family;
  const { help, kind } = family.definition;
  const isCounter = kind === 'counter';
  const common = { metric: kind === 'info' ? `${name}_info` : name, help, time };
  for (const { labelValues, values, slot } of family.series) {
    const labels = Object.fromEntries(labelNames.map((label, index) => [label, labelValues[index] ?? '']));
    const value = values[slot] ?? 0;
    if (!(family instanceof Histograms)) {
      file.set({ ...common, name: isCounter ? `${name}_total` : common.metric, labels, value });
      continue;
    }
    for (const [index, text] of [...[...family.layout.bounds].map(bound), '+Inf'].entries()) {
      const count = values[slot + 1 + index] ?? 0;
      file.set({ ...common, name: `${name}_bucket`, labels: { ...labels, le: text }, value: count });
    }
    file.set({ ...common, name: `${name}_sum`, labels, value });
  }
};

/**
 * Writes a registry's numbers where Python's MultiProcessCollector finds them, so that a Python process serves one page
 * for both.
 * @throws ConfigurationError
 */
export const writePythonFiles = (registry: Registry, options: PythonWriterOptions): PeriodicWriter => {
  const issues: MetricsIssue[] = [];
  const interval = readDuration(options.interval ?? '1s', 'interval', issues) ?? 1000;
  if (issues.length > 0) throw new ConfigurationError(issues);
  mkdirSync(options.directory, { recursive: true });
  const files = new Map<string, PythonFile>();
  const flush = (): void => {
    const time = Date.now() / 1000;
    for (const family of registry.families) {
      const name = fileOf(family);
      let file = files.get(name);
      if (file === undefined) {
        file = new PythonFile(options.times ?? false);
        files.set(name, file);
      }
      write(family, file, time);
    }
    for (const [name, file] of files) {
      const target = join(options.directory, `${name}_${String(process.pid)}.db`);
      // Python looks for *.db only: a reader sees the old file or the new one.
      writeFileSync(`${target}.tmp`, file.bytes);
      renameSync(`${target}.tmp`, target);
    }
  };
  const close = flushRegularly(flush, interval);
  return { flush, close, [Symbol.dispose]: close };
};
