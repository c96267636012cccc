import { optionGroup, resolve, type OptionGroup, type Sources } from '@oslofjord/config';
import { type DatagramEvents, datagramEvents } from './datagrams.ts';
import type { OsloEvents } from './events.ts';
import { RpcMetrics } from './rpc-metrics.ts';

const options = {
  metricsEnabled: {
    type: 'boolean',
    default: false,
    help: 'Whether metrics of rpc are sent to a collector.',
  },
  metricsBufferSize: {
    type: 'integer',
    default: 1000,
    min: 1,
    help: 'How many messages may wait for the collector.',
  },
  metricsSocketFile: {
    type: 'string',
    default: '/var/tmp/metrics_collector.sock',
    help: 'Unix domain socket file of the collector.',
  },
  metricsProcessName: { type: 'string', default: '', help: 'Says which process the metrics are from.' },
  metricsThreadStopTimeout: {
    type: 'integer',
    default: 10,
    help: 'Read for compatibility: there is no thread that would have to stop.',
  },
} as const;

/** The group `[oslo_messaging_metrics]`, with oslo.messaging's names and defaults. */
export const osloMessagingMetricsOptions: OptionGroup<typeof options> = optionGroup({
  name: 'oslo_messaging_metrics',
  help: 'Metrics of messaging.',
  options,
});

/** What counts calls, and what sends the counts. */
export interface ConfiguredRpcMetrics extends Disposable {
  readonly metrics: RpcMetrics;
  /** Undefined where metrics are not enabled. */
  readonly events: DatagramEvents | undefined;
  close(): void;
}

const NOTHING: OsloEvents = { inc: () => undefined, observe: () => undefined };

/**
 * Counts calls as `[oslo_messaging_metrics]` says, and sends them as datagrams.
 * @throws the ConfigurationError of `@oslofjord/config`
 * @throws ReceiverUnavailableError
 */
export const rpcMetricsFromConfig = (
  sources: Pick<Sources, 'files' | 'directories' | 'environment' | 'arguments'>,
): ConfiguredRpcMetrics => {
  const values = resolve(osloMessagingMetricsOptions, sources);
  const events = values.metricsEnabled
    ? datagramEvents({
        socketFile: values.metricsSocketFile,
        bufferSize: values.metricsBufferSize,
        process: values.metricsProcessName,
      })
    : undefined;
  const close = (): void => events?.close();
  return {
    metrics: new RpcMetrics(events ?? NOTHING, values.metricsProcessName),
    events,
    close,
    [Symbol.dispose]: close,
  };
};
