import { readdirSync, readFileSync } from 'node:fs';
import {
  type EventLoopUtilization,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
} from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { Instrumentation } from '../instrumentation/conventions.ts';
import type { Registry } from '../registry.ts';

/** What of the runtime is measured. */
export interface RuntimeOptions {
  /**
   * How finely the delay of the event loop is measured, in milliseconds.
   * @default 10
   */
  readonly resolution?: number;
}

const KINDS: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weakcb' };

const PERCENTILES = [50, 90, 99] as const;

/** Bytes in a page of memory, as /proc counts them. */
const PAGE = 4096;

const openDescriptors = (): number | undefined => {
  try {
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
};

const limitOfDescriptors = (): number | undefined => {
  try {
    const limit = /^Max open files\s+(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
};

const virtualMemory = (): number | undefined => {
  try {
    return Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]) * PAGE;
  } catch {
    return undefined;
  }
};

/** The process: names that every Prometheus client has. */
const processMetrics = (registry: Registry): (() => void) => {
  const cpu = registry.counter('process_cpu_seconds', {
    help: 'Total user and system CPU time spent in seconds.',
    unit: 'seconds',
  });
  const resident = registry.gauge('process_resident_memory_bytes', {
    help: 'Resident memory size in bytes.',
    unit: 'bytes',
  });
  const virtual = registry.gauge('process_virtual_memory_bytes', {
    help: 'Virtual memory size in bytes.',
    unit: 'bytes',
  });
  const descriptors = registry.gauge('process_open_fds', { help: 'Number of open file descriptors.' });
  const limit = limitOfDescriptors();
  if (limit !== undefined) {
    registry
      .gauge('process_max_fds', { help: 'Maximum number of open file descriptors.', aggregate: 'max' })
      .set(limit);
  }
  registry
    .gauge('process_start_time_seconds', {
      help: 'Start time of the process since unix epoch in seconds.',
      unit: 'seconds',
      aggregate: 'min',
    })
    .set((Date.now() - process.uptime() * 1000) / 1000);
  let counted = 0;
  return () => {
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    cpu.inc(Math.max(0, seconds - counted));
    counted = seconds;
    resident.set(process.memoryUsage.rss());
    const bytes = virtualMemory();
    if (bytes !== undefined) virtual.set(bytes);
    const open = openDescriptors();
    if (open !== undefined) descriptors.set(open);
  };
};

const eventLoopMetrics = (registry: Registry, resolution: number): { read: () => void; stop: () => void } => {
  const delays = PERCENTILES.map((percentile) => ({
    percentile,
    gauge: registry.gauge(`nodejs_eventloop_delay_p${String(percentile)}_seconds`, {
      help: `Delay of the event loop since the last collection that ${String(percentile)} % did not exceed.`,
      unit: 'seconds',
      aggregate: 'livemax',
    }),
  }));
  const busiest = registry.gauge('nodejs_eventloop_delay_max_seconds', {
    help: 'Longest delay of the event loop since the last collection.',
    unit: 'seconds',
    aggregate: 'livemax',
  });
  const utilization = registry.gauge('nodejs_eventloop_utilization_ratio', {
    help: 'Share of time since the last collection in which the event loop was busy.',
    unit: 'ratio',
    aggregate: 'livemax',
  });
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  return {
    read: () => {
      // What is measured is the time between two ticks: without any delay it is the resolution itself.
      const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolution / 1000);
      if (histogram.count > 0) {
        for (const { percentile, gauge } of delays) gauge.set(seconds(histogram.percentile(percentile)));
        busiest.set(seconds(histogram.max));
        histogram.reset();
      }
      const now = performance.eventLoopUtilization();
      utilization.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    },
    stop: () => {
      histogram.disable();
    },
  };
};

const heapMetrics = (registry: Registry): (() => void) => {
  const used = registry.gauge('nodejs_heap_used_bytes', {
    help: 'Memory of the heap in use, by space.',
    unit: 'bytes',
    labels: ['space'],
  });
  const size = registry.gauge('nodejs_heap_size_bytes', {
    help: 'Memory of the heap, by space.',
    unit: 'bytes',
    labels: ['space'],
  });
  const external = registry.gauge('nodejs_external_memory_bytes', {
    help: 'Memory outside of the heap that objects hold.',
    unit: 'bytes',
  });
  return () => {
    for (const space of getHeapSpaceStatistics()) {
      const name = space.space_name.replace(/_space$/u, '');
      used.set({ space: name }, space.space_used_size);
      size.set({ space: name }, space.space_size);
    }
    external.set(process.memoryUsage().external);
  };
};

const garbageMetrics = (registry: Registry): (() => void) => {
  const took = registry.histogram('nodejs_gc_duration_seconds', {
    help: 'Duration of garbage collections, by kind.',
    unit: 'seconds',
    labels: ['kind'],
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as unknown as { readonly detail: { readonly kind: number } }).detail;
      took.observe({ kind: KINDS[kind] ?? 'other' }, entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    observer.disconnect();
  };
};

/** Measures this process and its runtime: processor, memory, files, event loop, heap, garbage collection, resources. */
export const instrumentRuntime = (
  registry: Registry,
  { resolution = 10 }: RuntimeOptions = {},
): Instrumentation => {
  const { versions } = process;
  registry.info(
    'nodejs_version',
    { version: versions.node, v8: versions.v8 },
    { help: 'Version of Node.js.' },
  );
  const readProcess = processMetrics(registry);
  const loop = eventLoopMetrics(registry, resolution);
  const readHeap = heapMetrics(registry);
  const stopGarbage = garbageMetrics(registry);
  const resources = registry.gauge('nodejs_active_resources', {
    help: 'Resources that keep the event loop alive, by kind.',
    labels: ['kind'],
  });
  const seen = new Set<string>();
  const readResources = (): void => {
    const counts = new Map<string, number>();
    for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const kind of counts.keys()) seen.add(kind);
    for (const kind of seen) resources.set({ kind }, counts.get(kind) ?? 0);
  };
  const stopCollecting = registry.onCollect(() => {
    readProcess();
    loop.read();
    readHeap();
    readResources();
  });
  const close = (): void => {
    stopCollecting();
    loop.stop();
    stopGarbage();
  };
  return { close, [Symbol.dispose]: close };
};
