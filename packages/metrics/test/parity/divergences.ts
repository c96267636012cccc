/** A place where the safe mode deliberately differs from oslo.metrics; `compat: 'oslo'` does not. */
export interface Divergence {
  /** As in `oslo_metrics_collector_deviations_total{deviation}`. */
  readonly key: string;
  readonly reason: string;
  /** Where oslo.metrics does it: file and function of 1201581. */
  readonly evidence: string;
  /** The value and one label of a message that shows it. */
  readonly message: { readonly value: string; readonly action?: 'inc' | 'observe'; readonly method?: string };
  /** Samples that oslo.metrics changes, without their labels. */
  readonly oslo: Readonly<Record<string, number | string>>;
  /** Samples that the safe mode changes. */
  readonly ours: Readonly<Record<string, number | string>>;
}

const STARTS = 'oslo_messaging_rpc_server_invocation_start_total';
const SECONDS = 'oslo_messaging_rpc_server_processing_seconds';

/** Every difference in what one datagram does. D5 and D6 need more than one: their tests stand beside. */
export const divergences: readonly Divergence[] = [
  {
    key: 'D1',
    reason: 'Added once, NaN or an infinity is all that a counter or a sum will ever say again.',
    evidence:
      'metrics/oslo_messaging.py: Counter.inc of prometheus_client refuses what is below 0 and nothing else',
    message: { value: 'NaN' },
    oslo: { [STARTS]: 'nan' },
    ours: {},
  },
  {
    key: 'D1',
    reason: 'Added once, NaN or an infinity is all that a counter or a sum will ever say again.',
    evidence:
      'metrics/oslo_messaging.py: Histogram.observe of prometheus_client adds to the sum whatever it is',
    message: { value: '1e400', action: 'observe' },
    oslo: { [`${SECONDS}_bucket`]: 1, [`${SECONDS}_count`]: 1, [`${SECONDS}_sum`]: 'inf' },
    ours: {},
  },
  {
    key: 'D2',
    reason: 'A message that is turned away should leave nothing on the page.',
    evidence:
      'message_router.py MessageRouter.dispatch: labels() makes the series before the action is looked at',
    message: { value: '-1' },
    oslo: { [STARTS]: 0 },
    ours: {},
  },
  {
    key: 'D3',
    reason: 'One such label makes every later page fail, until somebody restarts the daemon.',
    evidence: 'prometheus_client exposition.py generate_latest: encode()',
    message: { value: 'null', method: '\\ud800' },
    oslo: { [STARTS]: 1 },
    ours: { [STARTS]: 1 },
  },
  {
    key: 'D4',
    reason: 'A label as large as a datagram costs as much on every page, and names nothing.',
    evidence: 'message_router.py MessageRouter.dispatch: no limit',
    message: { value: 'null', method: 'x'.repeat(1025) },
    oslo: { [STARTS]: 1 },
    ours: {},
  },
];

/** The datagram of a divergence. */
export const datagramOf = ({ value, action = 'inc', method = 'm' }: Divergence['message']): string =>
  `{"module": "oslo_messaging", "name": "${action === 'inc' ? 'rpc_server_invocation_start_total' : 'rpc_server_processing_seconds'}", "action": {"value": ${value}, "action": "${action}"}, "labels": {"endpoint": "e", "namespace": null, "version": null, "method": "${method}", "exchange": null, "topic": "t", "server": "s", "process": "p"}}`;
