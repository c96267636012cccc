import {
  enforceChannel,
  softChannel,
  thresholdChannel,
  type EnforceEvent,
  type SoftLimitEvent,
  type ThresholdEvent,
} from './channels.ts';
import { overSoftLimits, type Row } from './decision.ts';
import type { Deltas } from './validation.ts';

/** Tells those who watch what was decided. */
export const publishDecision = (
  operation: EnforceEvent['operation'],
  projectId: string | null,
  { over, age }: Pick<EnforceEvent, 'over' | 'age'>,
): void => {
  if (!enforceChannel.hasSubscribers) return;
  const event: EnforceEvent = { operation, projectId, granted: over.length === 0, over, age };
  enforceChannel.publish(event);
};

/** Tells those who watch which soft limits a granted request passes. */
export const publishSoftLimits = (projectId: string | null, rows: readonly Row[], deltas: Deltas): void => {
  if (!softChannel.hasSubscribers) return;
  const over = overSoftLimits(rows, deltas);
  if (over.length === 0) return;
  const event: SoftLimitEvent = { projectId, over };
  softChannel.publish(event);
};

/**
 * Tells those who watch which shares of limits a granted request passes. What others have claimed counts as used
 * afterwards and as free before: of claims that pass a share together at least one says so, in whatever order they end.
 */
export const publishThresholds = (
  projectId: string | null,
  rows: readonly Row[],
  deltas: Deltas,
  shares: readonly number[],
): void => {
  if (!thresholdChannel.hasSubscribers) return;
  for (const { resourceName, limit, usage, claimed } of rows) {
    const after = usage + claimed + (deltas[resourceName] ?? 0);
    const passes = (share: number): boolean => limit > 0 && usage < limit * share && after >= limit * share;
    const threshold = shares.findLast(passes);
    if (threshold === undefined) continue;
    const event: ThresholdEvent = { projectId, resourceName, limit, usage: after, threshold };
    thresholdChannel.publish(event);
  }
};
