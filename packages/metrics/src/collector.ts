import { type Collector, type CollectorSurroundings, runCollector } from './collector/collector.ts';
import { type CollectorOptions, completeCollectorOptions } from './collector/options.ts';

export { runCollector } from './collector/collector.ts';
export type { Collector, CollectorSurroundings } from './collector/collector.ts';
export { osloMetricsOptions, resolveCollectorOptions } from './collector/options.ts';
export type { CollectorOptions, ResolvedCollectorOptions } from './collector/options.ts';

/**
 * Starts a collector: the daemon as a library.
 *
 * ```ts no-run
 * await using collector = await startCollector({ metricsSocketFile: '/run/metrics.sock', prometheusPort: 9100 });
 * ```
 *
 * @throws ConfigurationError, or that of `@oslofjord/config`
 * @throws ServerStartError, SocketFileError, CollectorRunningError, ReceiverUnavailableError
 */
export const startCollector = async (
  options: CollectorOptions = {},
  surroundings: CollectorSurroundings = {},
): Promise<Collector> => runCollector(completeCollectorOptions(options), surroundings);
