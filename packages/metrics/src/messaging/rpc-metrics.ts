import type { OsloEvents, OsloLabels } from './events.ts';

/** Whom a call is for, in oslo.messaging's words. */
export interface RpcTarget {
  readonly exchange?: string;
  readonly topic: string;
  readonly server?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly fanout?: boolean;
}

/** A call as a client makes it. */
export interface ClientCall {
  readonly target: RpcTarget;
  readonly method: string;
  /** Whether an answer is waited for. */
  readonly callType: 'call' | 'cast';
}

/** A call as a server serves it. */
export interface ServerCall {
  readonly target: RpcTarget;
  /** Name of what has the method. */
  readonly endpoint: string;
  readonly method: string;
  readonly namespace?: string;
  readonly version?: string;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** Counts calls on both sides. */
export class RpcMetrics {
  readonly #events: OsloEvents;
  readonly #process: string;

  /** @param process the label `process`: `metrics_process_name` */
  constructor(events: OsloEvents, process = '') {
    this.#events = events;
    this.#process = process;
  }

  /**
   * Counts a call: its start; then its duration and end, or the class of what it failed with.
   * @parity oslo.messaging 8ea2d5b4 _metrics/client.py measure_metrics — same
   */
  client<Result>({ target, method, callType }: ClientCall, work: () => Promise<Result>): Promise<Result> {
    return this.#measure(
      'client',
      {
        call_type: callType,
        exchange: target.exchange ?? null,
        topic: target.topic,
        namespace: target.namespace ?? null,
        version: target.version ?? null,
        server: target.server ?? null,
        fanout: target.fanout ?? null,
        method,
        timeout: null,
        process: this.#process,
      },
      work,
    );
  }

  /**
   * Counts a call that is served, once its method is found. oslo.messaging defines these metrics and never sends them;
   * they follow the client's.
   */
  server<Result>(
    { target, endpoint, method, namespace, version }: ServerCall,
    work: () => Promise<Result>,
  ): Promise<Result> {
    return this.#measure(
      'server',
      {
        endpoint,
        namespace: namespace ?? null,
        version: version ?? null,
        method,
        exchange: target.exchange ?? null,
        topic: target.topic,
        server: target.server ?? null,
        process: this.#process,
      },
      work,
    );
  }

  async #measure<Result>(
    side: 'client' | 'server',
    labels: OsloLabels,
    work: () => Promise<Result>,
  ): Promise<Result> {
    this.#events.inc(`rpc_${side}_invocation_start_total`, labels);
    const start = performance.now();
    let result: Result;
    try {
      result = await work();
    } catch (error) {
      const exception = nameOf(error);
      this.#events.inc(`rpc_${side}_exception_total`, { ...labels, exception });
      this.#events.ended?.(side, labels, (performance.now() - start) / 1000, exception);
      throw error;
    }
    const seconds = (performance.now() - start) / 1000;
    this.#events.observe(`rpc_${side}_processing_seconds`, labels, seconds);
    this.#events.inc(`rpc_${side}_invocation_end_total`, labels);
    this.#events.ended?.(side, labels, seconds, undefined);
    return result;
  }
}
