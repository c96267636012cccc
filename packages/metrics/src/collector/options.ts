import {
  optionGroup,
  resolve,
  type OptionGroup,
  type ResolvedOptions,
  type Sources,
} from '@oslofjord/config';
import { ConfigurationError, type MetricsIssue } from '../errors.ts';

const options = {
  metricsSocketFile: {
    type: 'string',
    default: '/var/tmp/metrics_collector.sock',
    help: 'Unix domain socket file that services send rpc related metrics to.',
  },
  prometheusHost: {
    type: 'string',
    help: 'Address the metrics are exposed on; 127.0.0.1 unless said otherwise, with compat = oslo every address.',
  },
  prometheusPort: { type: 'port', default: 3000, help: 'Port the metrics are exposed on.' },
  metricsSocketPerm: {
    type: 'string',
    default: '0660',
    help: 'Permissions of the socket files: 0660 or 0o660, or as oslo.metrics wants it in decimal, 432.',
  },
  wsgiSilentServer: { type: 'boolean', default: true, help: 'Whether requests are kept out of the log.' },
  metricsSocketGroup: { type: 'string', help: 'Group that owns the socket files; by number or name.' },
  compat: {
    type: 'string',
    choices: ['oslo', 'safe'],
    default: 'safe',
    help: 'oslo answers exactly as oslo.metrics does, also where that loses or spoils numbers.',
  },
  streamSocketFile: {
    type: 'string',
    default: '',
    help: 'Unix domain socket file for Node.js services, which send batches; none where it is empty.',
  },
  seriesPerMetric: {
    type: 'integer',
    default: 10_000,
    min: 1,
    help: 'How many series a metric may have; what comes beyond is counted in one more.',
  },
  series: {
    type: 'integer',
    default: 100_000,
    min: 1,
    help: 'How many series all metrics may have together.',
  },
  labelBytes: { type: 'size', default: 1024, min: 1, help: 'How long the value of a label may be.' },
  seriesTtl: {
    type: 'duration',
    help: 'How long a series stays on the page without an event; for ever unless said otherwise.',
  },
  recordFile: {
    type: 'string',
    default: '',
    help: 'File that every datagram is appended to, for replay; none where it is empty.',
  },
  receiver: {
    type: 'string',
    choices: ['auto', 'plain'],
    default: 'auto',
    help: 'plain reads an inherited socket with nothing but Node.js, one datagram at a time.',
  },
} as const;

/** The group `[oslo_metrics]`: the options of oslo.metrics, and our own. */
export const osloMetricsOptions: OptionGroup<typeof options> = optionGroup({
  name: 'oslo_metrics',
  help: 'The collector of metrics.',
  options,
});

/** Options of the group, as the program writes them. */
export interface CollectorOptions {
  /** @default '/var/tmp/metrics_collector.sock' */
  readonly metricsSocketFile?: string;
  /** @default '127.0.0.1', with compat every address */
  readonly prometheusHost?: string;
  /** 0 takes a free one. @default 3000 */
  readonly prometheusPort?: number;
  /** @default '0660' */
  readonly metricsSocketPerm?: string;
  /** Name or number. @default the process's own */
  readonly metricsSocketGroup?: string;
  /** `oslo` answers exactly as oslo.metrics does. @default 'safe' */
  readonly compat?: 'oslo' | 'safe';
  /** @default none */
  readonly streamSocketFile?: string;
  /** @default 10000 */
  readonly seriesPerMetric?: number;
  /** @default 100000 */
  readonly series?: number;
  /** Bytes. @default 1024 */
  readonly labelBytes?: number | string;
  /** @default for ever */
  readonly seriesTtl?: number | string;
  /** @default none */
  readonly recordFile?: string;
  /** @default 'auto' */
  readonly receiver?: 'auto' | 'plain';
  /** @default true */
  readonly wsgiSilentServer?: boolean;
}

/** Options with all defaults. */
export interface ResolvedCollectorOptions {
  readonly socketFile: string;
  readonly host: string;
  readonly port: number;
  /** Permission bits. */
  readonly mode: number;
  readonly group: string | undefined;
  readonly isOslo: boolean;
  readonly streamFile: string | undefined;
  readonly seriesPerMetric: number;
  readonly series: number;
  readonly labelBytes: number;
  /** Milliseconds; undefined for ever. */
  readonly ttl: number | undefined;
  readonly recordFile: string | undefined;
  readonly isPlain: boolean;
  readonly isSilent: boolean;
}

/**
 * @returns permission bits out of `0660`, `0o660` or 432; undefined where a text says none
 * A decimal number that makes no permissions, as 660 does, is refused: oslo.metrics would make 01224 of it.
 */
export const parsePermissions = (text: string): number | undefined => {
  const octal = /^0o?([0-7]{1,4})$/u.exec(text)?.[1];
  const decimal = /^(?:0|[1-9][0-9]{0,3})$/u.test(text) ? Number(text) : undefined;
  const bits = octal === undefined ? decimal : Number.parseInt(octal, 8);
  return bits !== undefined && bits <= 0o777 ? bits : undefined;
};

type Values = ResolvedOptions<typeof options>;

const complete = (values: Values): ResolvedCollectorOptions => {
  const issues: MetricsIssue[] = [];
  const mode = parsePermissions(values.metricsSocketPerm);
  if (mode === undefined) {
    issues.push({
      path: 'oslo_metrics.metrics_socket_perm',
      message: `'${values.metricsSocketPerm}' is no permission; write 0660, or 432 as oslo.metrics wants it`,
    });
  }
  if (values.metricsSocketFile === '') {
    issues.push({ path: 'oslo_metrics.metrics_socket_file', message: 'is empty; name a file' });
  }
  if (issues.length > 0) throw new ConfigurationError(issues);
  const isOslo = values.compat === 'oslo';
  return Object.freeze({
    socketFile: values.metricsSocketFile,
    host: values.prometheusHost ?? (isOslo ? '' : '127.0.0.1'),
    port: values.prometheusPort,
    mode: mode ?? 0,
    group: values.metricsSocketGroup,
    isOslo,
    streamFile: values.streamSocketFile === '' ? undefined : values.streamSocketFile,
    seriesPerMetric: isOslo ? Infinity : values.seriesPerMetric,
    series: isOslo ? Infinity : values.series,
    labelBytes: values.labelBytes,
    ttl: values.seriesTtl,
    recordFile: values.recordFile === '' ? undefined : values.recordFile,
    isPlain: values.receiver === 'plain',
    isSilent: values.wsgiSilentServer,
  });
};

/**
 * Reads the options of a collector from configuration files, environment and command line.
 * @throws ConfigurationError, or that of `@oslofjord/config`, with every problem
 */
export const resolveCollectorOptions = (
  sources: Pick<Sources, 'files' | 'directories' | 'environment' | 'arguments'>,
): ResolvedCollectorOptions => complete(resolve(osloMetricsOptions, sources));

/** Of oslo.log what means something here; the rest is read so that its files and flags need no change. */
const logOptions = optionGroup({
  name: 'DEFAULT',
  options: {
    debug: { type: 'boolean', default: false, help: 'Logs what is wrong with datagrams.' },
    logFile: { type: 'string', help: 'Where to log; standard error unless said otherwise.' },
    logDir: { type: 'string', help: 'Read for compatibility.' },
    useSyslog: { type: 'boolean', default: false, help: 'Read for compatibility.' },
    useJournal: { type: 'boolean', default: false, help: 'Read for compatibility.' },
  },
});

/** What the daemon is told. */
export interface DaemonOptions {
  readonly collector: ResolvedCollectorOptions;
  readonly isDebugging: boolean;
  readonly logFile: string | undefined;
}

/**
 * Reads what the daemon is told, besides the collector's options what of oslo.log's means something here.
 * @throws ConfigurationError, or that of `@oslofjord/config`, with every problem
 */
export const resolveDaemonOptions = (
  sources: Pick<Sources, 'files' | 'directories' | 'environment' | 'arguments'>,
): DaemonOptions => {
  const { log, metrics } = resolve({ log: logOptions, metrics: osloMetricsOptions }, sources);
  return { collector: complete(metrics), isDebugging: log.debug, logFile: log.logFile };
};

/** Completes options that the program writes. */
export const completeCollectorOptions = (written: CollectorOptions): ResolvedCollectorOptions =>
  complete(
    resolve(osloMetricsOptions, {
      values: Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)),
    }),
  );
