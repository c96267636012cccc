/** A metric that oslo.messaging reports. */
export interface OsloMetric {
  /** As messages say it. */
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

const SERVER = ['exchange', 'topic', 'server', 'endpoint', 'namespace', 'version', 'method', 'process'];
const CLIENT = [
  'call_type',
  'exchange',
  'topic',
  'namespace',
  'version',
  'server',
  'fanout',
  'process',
  'method',
  'timeout',
];

/** Upper bounds of both histograms, in seconds. */
export const OSLO_BUCKETS: readonly number[] = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50, 75, 100,
];

/** The only module there is. */
export const OSLO_MODULE = 'oslo_messaging';

const START = 'Total number of RPC invocation start.';
const END = 'Total number of RPC invocation end.';
const SECONDS = 'Duration of RPC processing.';
const EXCEPTION = 'Total number of exception while RPC processing.';

/**
 * Every metric of oslo.messaging, in the order of the page.
 * @parity oslo.metrics 1201581 metrics/oslo_messaging.py — same, two words of a help text that lack their space included
 */
export const OSLO_METRICS: readonly OsloMetric[] = [
  {
    name: 'rpc_server_invocation_start_total',
    kind: 'counter',
    help: `${START} This doesn't countif rpc server failed to find method from endpoints.`,
    labels: SERVER,
  },
  { name: 'rpc_server_invocation_end_total', kind: 'counter', help: END, labels: SERVER },
  { name: 'rpc_server_processing_seconds', kind: 'histogram', help: SECONDS, labels: SERVER },
  {
    name: 'rpc_server_exception_total',
    kind: 'counter',
    help: EXCEPTION,
    labels: [...SERVER, 'exception'],
  },
  { name: 'rpc_client_invocation_start_total', kind: 'counter', help: START, labels: CLIENT },
  { name: 'rpc_client_invocation_end_total', kind: 'counter', help: END, labels: CLIENT },
  { name: 'rpc_client_processing_seconds', kind: 'histogram', help: SECONDS, labels: CLIENT },
  {
    name: 'rpc_client_exception_total',
    kind: 'counter',
    help: EXCEPTION,
    labels: [...CLIENT, 'exception'],
  },
];
