import type { SharedArenaMemory } from '../arenas/shared.ts';
import { sharedArena } from '../arenas/shared.ts';
import { receiverOf } from '../receivers/receiver.ts';
import { createMetrics, type Registry } from '../registry.ts';
import type { RejectionReason } from '../wire/message.ts';
import { CONTROL, type Control } from './control.ts';
import { Intake, type IntakeReport } from './intake.ts';

/** What a receiving thread is started with. */
export interface ReceivingData {
  readonly memory: SharedArenaMemory;
  readonly control: Control;
  readonly isOslo: boolean;
  readonly isPlain: boolean;
  /** Whether the socket outlives this process, and with it what waits there. */
  readonly isInherited: boolean;
  readonly seriesPerMetric: number;
  readonly series: number;
  readonly labelBytes: number;
  /** Milliseconds; undefined for ever. */
  readonly ttl: number | undefined;
}

/** Datagrams that were turned away, of one reason, since it was last told. */
export interface RejectedNews {
  readonly type: 'rejected';
  readonly reason: RejectionReason;
  /** Of the last of them. */
  readonly message: string;
  readonly count: number;
}

/** The thread has declared its metrics and begins to receive. */
export interface ReadyNews {
  readonly type: 'ready';
}

/** How often the thread tells of one reason. */
const NEWS_INTERVAL = 1000;
/** How often it looks for expired series. */
const EXPIRY_INTERVAL = 10_000;

/** What the thread counts of its own work; compat has nothing of the kind on its page. */
const selfReport = (
  registry: Registry,
  isOslo: boolean,
  tell: (news: RejectedNews) => void,
): IntakeReport & { received(): void; series(): void } => {
  const pending = new Map<RejectionReason, { count: number; told: number }>();
  const note = (reason: RejectionReason, message: string): void => {
    const now = Date.now();
    const known = pending.get(reason) ?? { count: 0, told: -Infinity };
    known.count += 1;
    pending.set(reason, known);
    if (now - known.told < NEWS_INTERVAL) return;
    tell({ type: 'rejected', reason, message, count: known.count });
    known.count = 0;
    known.told = now;
  };
  if (isOslo) {
    const nothing = (): void => undefined;
    return {
      rejected: ({ reason, message }) => {
        note(reason, message);
      },
      deviated: nothing,
      negative: nothing,
      received: nothing,
      series: nothing,
    };
  }
  const families = registry.families;
  const received = registry.counter('oslo_metrics_collector_received', { help: 'Datagrams received.' });
  const rejected = registry.counter('oslo_metrics_collector_rejected', {
    help: 'Datagrams that were not counted.',
    labels: ['reason'],
  });
  const deviations = registry.counter('oslo_metrics_collector_deviations', {
    help: 'Events treated otherwise than oslo.metrics treats them, by the deviation in the documentation.',
    labels: ['deviation'],
  });
  const negative = registry.counter('oslo_metrics_collector_negative', {
    help: 'Durations below zero, which a clock that was set back makes; they are counted.',
  });
  const series = registry.gauge('oslo_metrics_collector_series', {
    help: 'Series of a metric.',
    labels: ['metric'],
    aggregate: 'sum',
  });
  const limit = registry.gauge('oslo_metrics_collector_series_limit', {
    help: 'Series that a metric may have.',
    labels: ['metric'],
    aggregate: 'max',
  });
  for (const { name, definition } of families) limit.set({ metric: name }, definition.limit);
  return {
    rejected: ({ reason, message }) => {
      rejected.inc({ reason });
      note(reason, message);
    },
    deviated: (deviation) => {
      deviations.inc({ deviation });
    },
    negative: () => {
      negative.inc();
    },
    received: () => {
      received.inc();
    },
    series: () => {
      for (const family of families) series.set({ metric: family.name }, family.series.length);
    },
  };
};

/**
 * Receives and counts until it should end: the work of the receiving thread, which does nothing else, so that neither
 * who scrapes nor what else the process does keeps senders waiting.
 */
export const receiveUntilStopped = (
  { memory, control, isOslo, isPlain, isInherited, seriesPerMetric, series, labelBytes, ttl }: ReceivingData,
  tell: (news: RejectedNews | ReadyNews) => void,
): void => {
  const registry = createMetrics({
    arena: sharedArena(memory),
    limits: { seriesPerMetric, series },
    selfMetrics: !isOslo,
    ...(ttl === undefined ? {} : { ttl: ttl / 1000 }),
  });
  const told: { report: IntakeReport | undefined } = { report: undefined };
  const intake = new Intake(
    registry,
    {
      compat: isOslo ? 'oslo' : undefined,
      labelBytes,
      onUnencodable: () => {
        Atomics.store(control, CONTROL.unencodable, 1);
      },
    },
    {
      rejected: (rejection) => told.report?.rejected(rejection),
      deviated: (deviation) => told.report?.deviated(deviation),
      negative: () => told.report?.negative(),
    },
  );
  const report = selfReport(registry, isOslo, tell);
  told.report = report;
  let count = 0;
  const take = (bytes: Buffer): void => {
    // The end of a socket reads as an empty datagram, and what wakes a thread up to end it is no message either.
    const isEnding = Atomics.load(control, CONTROL.stop) !== 0;
    if (isEnding && (isPlain || bytes.length === 0)) return;
    count += 1;
    report.received();
    intake.process(bytes);
  };
  let descriptor = Atomics.load(control, CONTROL.descriptor);
  let receiver = receiverOf(descriptor, isPlain);
  tell({ type: 'ready' });
  let looked = Date.now();
  let seen = -1;
  while (Atomics.load(control, CONTROL.stop) === 0) {
    const wanted = Atomics.load(control, CONTROL.descriptor);
    if (wanted !== descriptor) {
      descriptor = wanted;
      receiver = receiverOf(descriptor, isPlain);
    }
    receiver.receive(take);
    if (registry.seriesCount !== seen) {
      seen = registry.seriesCount;
      report.series();
    }
    if (Date.now() - looked > EXPIRY_INTERVAL) {
      looked = Date.now();
      registry.expire();
    }
  }
  if (isInherited) return;
  for (let before = -1; count !== before;) {
    before = count;
    receiver.receive(take);
  }
};
