import type { Arena } from '../arenas/arena.ts';
import { createMetrics, type Registry } from '../registry.ts';
import type { RejectionReason } from '../wire/message.ts';
import { Intake, type IntakeReport } from './intake.ts';

/** What a tally is made with. */
export interface TallyOptions {
  readonly isOslo: boolean;
  readonly seriesPerMetric: number;
  readonly series: number;
  readonly labelBytes: number;
  /** Milliseconds; undefined for ever. */
  readonly ttl: number | undefined;
}

/** What surrounds it. */
export interface TallySurroundings {
  readonly arena?: Arena;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onRejected: (reason: RejectionReason, message: string) => void;
  /** Compat: Python could not send its page any more. */
  readonly onUnencodable: () => void;
}

/** Datagrams counted, by the rules of one collector. */
export interface Tally {
  readonly registry: Registry;
  /** Counts a datagram. */
  take(bytes: Buffer): void;
  /** Brings the numbers about metrics themselves up to date. */
  settle(): void;
}

interface SelfReport extends IntakeReport {
  received(): void;
  settle(): void;
}

const nothing = (): void => undefined;

/** What a collector counts of its own work. */
const selfReport = (registry: Registry, onRejected: TallySurroundings['onRejected']): SelfReport => {
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
  let seen = -1;
  return {
    rejected: ({ reason, message }) => {
      rejected.inc({ reason });
      onRejected(reason, message);
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
    settle: () => {
      if (registry.seriesCount === seen) return;
      for (const family of families) series.set({ metric: family.name }, family.series.length);
      seen = registry.seriesCount;
    },
  };
};

/** Makes a tally with nothing in it. Compat has nothing about itself on its page. */
export const createTally = (
  { isOslo, seriesPerMetric, series, labelBytes, ttl }: TallyOptions,
  { arena, now, onRejected, onUnencodable }: TallySurroundings,
): Tally => {
  const registry = createMetrics({
    limits: { seriesPerMetric, series },
    selfMetrics: !isOslo,
    now,
    ...(arena === undefined ? {} : { arena }),
    ...(ttl === undefined ? {} : { ttl: ttl / 1000 }),
  });
  const told: { report: SelfReport } = {
    report: {
      rejected: ({ reason, message }) => {
        onRejected(reason, message);
      },
      deviated: nothing,
      negative: nothing,
      received: nothing,
      settle: nothing,
    },
  };
  // Its metrics stand first on the page, those about itself behind them.
  const intake = new Intake(
    registry,
    { compat: isOslo ? 'oslo' : undefined, labelBytes, onUnencodable },
    {
      rejected: (rejection) => {
        told.report.rejected(rejection);
      },
      deviated: (deviation) => {
        told.report.deviated(deviation);
      },
      negative: () => {
        told.report.negative();
      },
    },
  );
  if (!isOslo) told.report = selfReport(registry, onRejected);
  const { report } = told;
  return {
    registry,
    take: (bytes) => {
      report.received();
      intake.process(bytes);
    },
    settle: () => {
      report.settle();
    },
  };
};
