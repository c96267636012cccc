import { ReceiverUnavailableError } from '../errors.ts';
import { loadLibc, type Libc } from '../receivers/libc.ts';
import type { Registry } from '../registry.ts';
import { encodeLabels, encodeMessage } from '../wire/encode.ts';
import type { OsloEvents, OsloLabels } from './events.ts';

/** Where events are sent, and how many may wait. */
export interface DatagramOptions {
  /** @default '/var/tmp/metrics_collector.sock' */
  readonly socketFile?: string;
  /** Messages that may wait for a collector. @default 1000 */
  readonly bufferSize?: number;
  /** Where it says what it dropped. */
  readonly registry?: Registry;
  /** This process's name in those metrics. @default its process id */
  readonly process?: string;
}

/** Why an event did not reach a collector. */
export type DropReason = 'queue_full' | 'too_large' | 'closed';

/** What became of events: sent + dropped + waiting is all of them. */
export interface DatagramReport {
  readonly sent: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly waiting: number;
}

/** Events sent to a collector as datagrams, one message each as Python's client sends them. */
export interface DatagramEvents extends OsloEvents, Disposable {
  readonly report: DatagramReport;
  /** Resolves once nothing waits. */
  flush(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Sends what there is room for and stops; what is left counts as dropped. */
  close(): void;
}

/** A message in the queue. Counters of one series wait as one message whose amount grows. */
interface Message {
  readonly metric: string;
  readonly labels: string;
  readonly seconds: number | undefined;
  amount: number;
}

/** Python's daemon reads no more of a datagram. */
const MOST_BYTES = 65_565;
/** How soon it tries again; longer each time nobody takes anything. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 100;

class Datagrams implements DatagramEvents {
  readonly #libc: Libc;
  readonly #path: string;
  readonly #size: number;
  readonly #queue: Message[] = [];
  readonly #counters = new Map<string, Message>();
  readonly #dropped: Record<DropReason, number> = { queue_full: 0, too_large: 0, closed: 0 };
  readonly #onDropped: ((reason: DropReason, events: number) => void) | undefined;
  readonly #onExit = (): void => {
    this.#drain();
  };
  readonly #encoded = new WeakMap<OsloLabels, string>();
  #head = 0;
  #waiting = 0;
  #sent = 0;
  #descriptor = -1;
  #pause = FIRST_PAUSE;
  #timer: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isClosed = false;
  #flushes: (() => void)[] = [];

  constructor(libc: Libc, options: DatagramOptions) {
    this.#libc = libc;
    this.#path = options.socketFile ?? '/var/tmp/metrics_collector.sock';
    this.#size = options.bufferSize ?? 1000;
    this.#onDropped = selfMetrics(this, options);
    process.once('exit', this.#onExit);
  }

  get report(): DatagramReport {
    return { sent: this.#sent, dropped: { ...this.#dropped }, waiting: this.#waiting };
  }

  inc(metric: string, labels: OsloLabels): void {
    const text = this.#encode(labels);
    const key = `${metric} ${text}`;
    const known = this.#counters.get(key);
    if (known !== undefined) {
      known.amount += 1;
      this.#waiting += 1;
      return;
    }
    const message = { metric, labels: text, seconds: undefined, amount: 1 };
    if (this.#put(message)) this.#counters.set(key, message);
  }

  observe(metric: string, labels: OsloLabels, seconds: number): void {
    this.#put({ metric, labels: this.#encode(labels), seconds, amount: 1 });
  }

  #encode(labels: OsloLabels): string {
    let text = this.#encoded.get(labels);
    if (text === undefined) {
      text = encodeLabels(labels);
      this.#encoded.set(labels, text);
    }
    return text;
  }

  #put(message: Message): boolean {
    if (this.#isClosed) return this.#drop('closed');
    // The other parts of a message take less than this.
    if (message.labels.length + 512 > MOST_BYTES) return this.#drop('too_large');
    if (this.#queue.length - this.#head >= this.#size) return this.#drop('queue_full');
    this.#queue.push(message);
    this.#waiting += 1;
    this.#schedule();
    return true;
  }

  #drop(reason: DropReason, events = 1): false {
    this.#dropped[reason] += events;
    this.#onDropped?.(reason, events);
    return false;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const timer = setTimeout(() => {
      this.#isScheduled = false;
      if (this.#drain()) this.#pause = FIRST_PAUSE;
      else {
        this.#schedule();
        this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      }
    }, this.#pause);
    timer.unref();
    this.#timer = timer;
  }

  /** Sends as much as there is room for; whether that was all. */
  #drain(): boolean {
    while (this.#head < this.#queue.length) {
      const message = this.#queue[this.#head];
      if (message === undefined) break;
      const { metric, labels, seconds, amount } = message;
      // Alone, an event says null, as in Python; several are one amount.
      const text =
        seconds === undefined
          ? encodeMessage(metric, 'inc', amount === 1 ? null : amount, labels)
          : encodeMessage(metric, 'observe', seconds, labels);
      if (!this.#send(Buffer.from(text))) return false;
      this.#pause = FIRST_PAUSE;
      this.#head += 1;
      if (seconds === undefined) this.#counters.delete(`${metric} ${labels}`);
      this.#sent += amount;
      this.#waiting -= amount;
    }
    this.#queue.length = 0;
    this.#head = 0;
    const flushes = this.#flushes;
    this.#flushes = [];
    for (const resolve of flushes) resolve();
    return true;
  }

  #send(bytes: Buffer): boolean {
    if (this.#descriptor >= 0 && this.#libc.send(this.#descriptor, bytes) >= 0) return true;
    // There was no room, or the collector is another one now: a new connection tells.
    this.#disconnect();
    const next = this.#libc.socket();
    if (next < 0) return false;
    if (this.#libc.connect(next, this.#path) < 0) {
      this.#libc.close(next);
      return false;
    }
    this.#descriptor = next;
    return this.#libc.send(next, bytes) >= 0;
  }

  #disconnect(): void {
    if (this.#descriptor >= 0) this.#libc.close(this.#descriptor);
    this.#descriptor = -1;
  }

  async flush({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#drain()) return;
    await new Promise<void>((resolve, reject) => {
      this.#timer?.ref();
      const keep = setInterval(() => undefined, 60_000);
      const abort = (): void => {
        clearInterval(keep);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#flushes.push(() => {
        clearInterval(keep);
        signal?.removeEventListener('abort', abort);
        resolve();
      });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#drain();
    this.#isClosed = true;
    if (this.#waiting > 0) this.#drop('closed', this.#waiting);
    this.#waiting = 0;
    this.#queue.length = 0;
    this.#head = 0;
    clearTimeout(this.#timer);
    process.off('exit', this.#onExit);
    this.#disconnect();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const selfMetrics = (
  datagrams: DatagramEvents,
  { registry, process: name = String(process.pid) }: DatagramOptions,
): ((reason: DropReason, events: number) => void) | undefined => {
  if (registry === undefined) return undefined;
  const dropped = registry.counter('oslo_metrics_sender_dropped', {
    help: 'Events that did not reach a collector.',
    labels: ['process', 'reason'],
  });
  const length = registry.gauge('oslo_metrics_sender_queue_length', {
    help: 'Events that wait for a collector.',
    labels: ['process'],
  });
  registry.onCollect(() => {
    length.set({ process: name }, datagrams.report.waiting);
  });
  return (reason, events) => {
    dropped.inc({ process: name, reason }, events);
  };
};

/**
 * Sends events as datagrams to oslo.metrics' daemon in Python, or to ours. It needs `node:ffi` or the optional peer
 * koffi. Once made it neither throws, waits nor delays the end of the program: what finds no room is dropped and counted.
 * @throws ReceiverUnavailableError where datagrams cannot be sent
 */
export const datagramEvents = (options: DatagramOptions = {}): DatagramEvents => {
  const libc = loadLibc();
  if (libc === undefined)
    throw new ReceiverUnavailableError('neither node:ffi nor koffi is there to send them');
  return new Datagrams(libc, options);
};
