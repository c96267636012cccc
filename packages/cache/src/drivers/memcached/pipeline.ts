import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Milliseconds } from '@oslofjord/config';
import { BackendError, BackendTimeoutError, ClosedError } from '../../errors.ts';

/** Where a server listens. */
export interface HostAddress {
  /** `host:port` as placement knows it, or the path of a socket. */
  readonly name: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  readonly family?: 4 | 6 | undefined;
}

/** TCP keep-alive probes. */
export interface KeepAlive {
  readonly initialDelay: Milliseconds;
}

/** How to connect. */
export interface ConnectOptions {
  readonly address: HostAddress;
  readonly tls: ConnectionOptions | undefined;
  /** For connecting, and for each answer. */
  readonly timeout: Milliseconds;
  readonly keepAlive: KeepAlive | undefined;
}

/** One request that was sent: takes frames until it is answered. */
export interface Pending<Frame> {
  /** Takes a frame; true when it was the last one. */
  take(frame: Frame): boolean;
  fail(error: Error): void;
  /** Set by the pipeline: `performance.now()` at which it is too late. */
  deadline: Milliseconds;
}

interface Early<Frame> {
  readonly line: string;
  readonly body: Buffer | undefined;
  readonly pending: Pending<Frame>;
}

/** What a protocol adds to a pipeline. */
export interface Protocol<Frame> {
  parser(onFrame: (frame: Frame) => void): { push(chunk: Buffer): void };
  /** Speaks until requests may follow, on a connection just made. */
  greet(pipeline: Pipeline<Frame>): Promise<void>;
}

const FIRST_BUFFER = 64 * 1024;

/** How long connecting, a TLS handshake included, may take at least. */
const LONGEST_CONNECT: Milliseconds = 1000;

/**
 * One connection on which requests follow each other without waiting for answers. What is asked in one turn of the
 * event loop goes out in one write. A request that is not answered in time ends the connection, because what comes
 * after it could not be told apart.
 */
export class Pipeline<Frame> {
  readonly #options: ConnectOptions;
  readonly #pending: Pending<Frame>[] = [];
  #first = 0;
  readonly #socket: Socket;
  readonly ready: Promise<void>;
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_BUFFER);
  #used = 0;
  #isScheduled = false;
  #isReady = false;
  #isSlow = false;
  readonly #early: Early<Frame>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #end: Error | undefined;
  /** Called once, when the connection has ended. */
  onEnd: ((error: Error) => void) | undefined;

  constructor(protocol: Protocol<Frame>, options: ConnectOptions) {
    this.#options = options;
    const { address, tls, keepAlive } = options;
    const where =
      address.path === undefined ? { host: address.host, port: address.port } : { path: address.path };
    const target = { ...where, ...(address.family === undefined ? {} : { family: address.family }) };
    const servername =
      address.host !== undefined && /[a-z]/iu.test(address.host) && !address.host.includes(':')
        ? { servername: address.host }
        : {};
    this.#socket =
      tls === undefined
        ? connectSocket(target as { host: string; port: number })
        : connectTls({ ...servername, ...target, ...tls } as ConnectionOptions);
    this.#socket.setNoDelay(true);
    if (keepAlive !== undefined) this.#socket.setKeepAlive(true, keepAlive.initialDelay);
    const parser = protocol.parser((frame) => {
      this.#receive(frame);
    });
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        parser.push(chunk);
      } catch (cause) {
        this.end(new BackendError(address.name, 'answered what is no answer', { cause }));
      }
    });
    this.#socket.on('error', (cause) => {
      this.end(this.#errorOf(cause));
    });
    this.#socket.on('close', () => {
      this.end(new BackendError(address.name, 'closed the connection'));
    });
    this.ready = this.#start(protocol, tls === undefined ? 'connect' : 'secureConnect');
    this.ready.catch(() => undefined);
  }

  #errorOf(cause: Error): BackendError {
    const { code } = cause as NodeJS.ErrnoException;
    const isCertificate = code !== undefined && /CERT|SELF_SIGNED|VERIFY|SSL|TLS/u.test(code);
    return new BackendError(this.#options.address.name, cause.message || (code ?? 'failed'), {
      cause,
      isRetryable: !isCertificate,
    });
  }

  async #start(protocol: Protocol<Frame>, event: 'connect' | 'secureConnect'): Promise<void> {
    const { timeout, address } = this.#options;
    // Connecting may take longer than a caller waits: those who wait give up, the connection does not.
    const impatient = setTimeout(() => {
      this.#isSlow = true;
      for (const { pending } of this.#early.splice(0)) pending.fail(this.#slowness());
    }, timeout);
    const limit = Math.max(timeout, LONGEST_CONNECT);
    const late = setTimeout(() => {
      this.end(new BackendTimeoutError(address.name, limit));
    }, limit);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#socket.once(event, resolve);
        this.onEnd = reject;
        if (this.#end !== undefined) reject(this.#end);
      });
      await protocol.greet(this);
      this.#isReady = true;
      for (const { line, body, pending } of this.#early) this.sendFirst(line, body, pending);
      this.#early.length = 0;
      this.#flush();
    } catch (error) {
      this.end(error instanceof Error ? error : new BackendError(address.name, String(error)));
      throw error;
    } finally {
      clearTimeout(impatient);
      clearTimeout(late);
    }
  }

  #slowness(): BackendTimeoutError {
    return new BackendTimeoutError(this.#options.address.name, this.#options.timeout);
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  /** Keeps the process alive only while an answer is awaited. */
  #hold(): void {
    if (this.#pending.length > this.#first) this.#socket.ref();
    else if (this.#isReady) this.#socket.unref();
  }

  /** Room for so many bytes in the write buffer; the request must be written at once. */
  #room(bytes: number): void {
    if (this.#buffer.length - this.#used >= bytes) return;
    const size = Math.max(this.#buffer.length * 2, this.#used + bytes);
    const larger = Buffer.allocUnsafe(size);
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }

  /** Sends a line, and a body with CR LF after it, for which `pending` takes the answer; waits for the greeting. */
  send(line: string, body: Buffer | undefined, pending: Pending<Frame>): void {
    if (this.#end !== undefined) {
      pending.fail(this.#end);
    } else if (this.#isReady) {
      this.sendFirst(line, body, pending);
    } else if (this.#isSlow) {
      pending.fail(this.#slowness());
    } else {
      this.#early.push({ line, body, pending });
    }
  }

  /** Sends at once, while the protocol greets. */
  sendFirst(line: string, body: Buffer | undefined, pending: Pending<Frame>): void {
    pending.deadline = performance.now() + this.#options.timeout;
    this.#pending.push(pending);
    this.#room(line.length + (body === undefined ? 0 : body.length + 2));
    this.#used += this.#buffer.write(line, this.#used, 'latin1');
    if (body !== undefined) {
      this.#used += body.copy(this.#buffer, this.#used);
      if (line !== '') {
        this.#buffer[this.#used] = 13;
        this.#buffer[this.#used + 1] = 10;
        this.#used += 2;
      }
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const flush = (): void => {
      this.#isScheduled = false;
      this.#flush();
    };
    // One encrypted record for all that the answers just read lead to costs less than one for each of them.
    if (this.#options.tls === undefined) queueMicrotask(flush);
    else setImmediate(flush);
  }

  #flush(): void {
    if (this.#used === 0 || this.#end !== undefined) return;
    this.#hold();
    // The socket keeps the bytes until they are sent, so the buffer is not written to again.
    this.#socket.write(this.#buffer.subarray(0, this.#used));
    const left = this.#buffer.subarray(this.#used);
    this.#buffer = left.length >= FIRST_BUFFER / 4 ? left : Buffer.allocUnsafe(FIRST_BUFFER);
    this.#used = 0;
    this.#watch();
  }

  /** Watches over the oldest request; the others are younger. */
  #watch(): void {
    if (this.#timer !== undefined) return;
    const oldest = this.#pending[this.#first];
    if (oldest === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const head = this.#pending[this.#first];
        if (head !== undefined && performance.now() >= head.deadline) {
          this.end(new BackendTimeoutError(this.#options.address.name, this.#options.timeout));
        } else {
          this.#watch();
        }
      },
      Math.max(1, oldest.deadline - performance.now()),
    );
    this.#timer.unref();
  }

  #receive(frame: Frame): void {
    const head = this.#pending[this.#first];
    if (head === undefined) {
      this.end(new BackendError(this.#options.address.name, 'answered what was not asked'));
      return;
    }
    if (!head.take(frame)) return;
    this.#first += 1;
    if (this.#first === this.#pending.length) {
      this.#pending.length = 0;
      this.#first = 0;
      this.#hold();
    } else if (this.#first >= 1024 && this.#first * 2 > this.#pending.length) {
      this.#pending.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** Ends the connection; all that is not answered fails with this error. */
  end(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    const failed = [...this.#pending.slice(this.#first), ...this.#early.map(({ pending }) => pending)];
    this.#early.length = 0;
    this.#pending.length = 0;
    this.#first = 0;
    this.onEnd?.(error);
    for (const pending of failed) pending.fail(error);
  }

  /** Lets what was asked be answered, then ends. */
  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    if (!this.#isReady) {
      this.end(new ClosedError(this.#options.address.name));
      return;
    }
    this.#flush();
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#end !== undefined || this.#pending.length === this.#first) resolve();
        else setTimeout(look, 5).unref();
      };
      look();
    });
    this.end(new ClosedError(this.#options.address.name));
  }
}
