import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Duration } from '@oslofjord/config';
import { ConfigurationError, type MetricsIssue } from '../errors.ts';
import { readDuration } from '../options.ts';
import type { Registry } from '../registry.ts';
import { ChangeFollower, type PendingChanges } from './changes.ts';
import { encodeBatch, encodeJson, FRAME, FrameReader, parseJson, PROTOCOL, type Welcome } from './frames.ts';

/** Where and how often a registry's numbers are sent. */
export interface StreamOptions {
  /** The collector's `stream_socket_file`. */
  readonly path: string;
  /** @default '100ms' */
  readonly interval?: Duration;
  /**
   * This process's name for people.
   * @default its process id
   */
  readonly process?: string;
}

/** Sends a registry's numbers to a collector, again and again. */
export interface StreamSender extends AsyncDisposable {
  /** Whether a collector listens. */
  readonly isConnected: boolean;
  /** Resolves once what has been counted by now is counted by a collector too; waits for one where there is none. */
  flush(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Sends what there is to a collector that listens, within a second, and stops. */
  close(): Promise<void>;
}

/** How long after a failure it tries to connect again: longer each time. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;
/** How long a close waits for the collector. */
const PATIENCE = 1000;

/** Somebody waits for all that was counted before. */
interface Waiting {
  /** The last batch that does not have all of it. */
  readonly after: number;
  readonly resolve: () => void;
}

class Sender implements StreamSender {
  readonly #path: string;
  readonly #process: string;
  readonly #epoch: string = randomUUID();
  readonly #follower: ChangeFollower;
  readonly #timer: NodeJS.Timeout;
  readonly #onExit = (): void => {
    this.#sendLast();
  };
  #socket: Socket | undefined;
  #isWelcome = false;
  #pause = FIRST_PAUSE;
  #retry: NodeJS.Timeout | undefined;
  #pending: PendingChanges | undefined;
  #isSent = false;
  #isClosed = false;
  #waiting: Waiting[] = [];

  constructor(
    registry: Registry,
    { path, process: name = String(process.pid) }: StreamOptions,
    interval: number,
  ) {
    this.#path = path;
    this.#process = name;
    this.#follower = new ChangeFollower(registry);
    this.#timer = setInterval(() => {
      this.#send();
    }, interval);
    this.#timer.unref();
    // What is written to a local socket now is written at once, so nobody waits for it.
    process.once('exit', this.#onExit);
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#isWelcome;
  }

  #connect(): void {
    const reader = new FrameReader();
    const socket = connect(this.#path);
    this.#socket = socket;
    socket.unref();
    socket.once('connect', () => {
      socket.write(
        encodeJson(FRAME.hello, { protocol: PROTOCOL, epoch: this.#epoch, process: this.#process }),
      );
    });
    socket.on('data', (chunk) => {
      try {
        for (const { kind, body } of reader.read(chunk)) {
          if (kind === FRAME.welcome) this.#welcomed(parseJson(body.toString()) as Welcome);
          else if (kind === FRAME.receipt) this.#received(body.readDoubleLE(0));
        }
      } catch {
        // Whatever listens there, it is no collector of ours.
        socket.destroy();
      }
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#isWelcome = false;
      if (this.#isClosed) return;
      this.#retry = setTimeout(() => {
        this.#connect();
      }, this.#pause);
      this.#retry.unref();
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    });
  }

  #welcomed({ sequence }: Welcome): void {
    this.#pause = FIRST_PAUSE;
    this.#isWelcome = true;
    this.#isSent = false;
    this.#follower.forget();
    if (this.#pending !== undefined && sequence >= this.#pending.sequence)
      this.#received(this.#pending.sequence);
    this.#send();
  }

  #received(sequence: number): void {
    if (sequence !== this.#pending?.sequence) return;
    if (this.#pending.isComplete) this.#resolve(({ after }) => after < sequence);
    this.#pending = undefined;
    this.#isSent = false;
    this.#send();
  }

  /** Sends all there is without waiting for a receipt: batches arrive in order. */
  #sendLast(): void {
    if (!this.#isWelcome) return;
    this.#send();
    for (let last = this.#follower.take(); last !== undefined; last = this.#follower.take()) {
      this.#socket?.write(encodeBatch(this.#follower.describe(last)));
    }
  }

  #resolve(isDone: (waiting: Waiting) => boolean): void {
    const done = this.#waiting.filter(isDone);
    this.#waiting = this.#waiting.filter((waiting) => !isDone(waiting));
    for (const { resolve } of done) resolve();
  }

  /** Sends the batch that is on its way, or else what changed since. One is on its way at a time. */
  #send(): void {
    if (!this.#isWelcome || this.#isSent) return;
    this.#pending ??= this.#follower.take();
    if (this.#pending === undefined) {
      this.#resolve(() => true);
      return;
    }
    this.#isSent = true;
    this.#socket?.write(encodeBatch(this.#follower.describe(this.#pending)));
  }

  async flush({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      // The program lives as long as somebody waits for this.
      const keep = setInterval(() => undefined, 60_000);
      const settle = (act: () => void) => (): void => {
        clearInterval(keep);
        signal?.removeEventListener('abort', abort);
        act();
      };
      const abort = settle(() => {
        reject(signal?.reason as Error);
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push({ after: this.#follower.sequence, resolve: settle(resolve) });
      this.#send();
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#isWelcome) await this.flush({ signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
    this.#isClosed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    process.off('exit', this.#onExit);
    this.#isWelcome = false;
    this.#socket?.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Sends the numbers of a registry to a collector on this machine, as what was added since the last time. Events cost
 * nothing more; no event is lost while the collector is away, and none is counted twice; what a SIGKILL loses is what
 * was counted since the last interval. It neither throws nor delays the end of the program.
 * @throws ConfigurationError
 */
export const streamTo = (registry: Registry, options: StreamOptions): StreamSender => {
  const issues: MetricsIssue[] = [];
  const interval = readDuration(options.interval ?? '100ms', 'interval', issues);
  if (options.path === '')
    issues.push({ path: 'path', message: "is empty; name the collector's stream_socket_file" });
  if (issues.length > 0) throw new ConfigurationError(issues);
  return new Sender(registry, options, interval ?? 100);
};
