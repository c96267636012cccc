import { channel, type Channel } from 'node:diagnostics_channel';

/** Datagrams that a collector did not count; told at most once a second for each reason. */
export interface CollectorRejectedEvent {
  /** `json`, `labels`, `value` and so on, as in the metric. */
  readonly reason: string;
  /** What was wrong with the last of them. */
  readonly message: string;
  /** How many since it was last told. */
  readonly count: number;
}

/** `oslofjord:metrics:rejected` */
export const collectorRejected: Channel<unknown, CollectorRejectedEvent> = channel(
  'oslofjord:metrics:rejected',
) as Channel<unknown, CollectorRejectedEvent>;
