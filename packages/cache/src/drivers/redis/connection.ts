import type { Milliseconds } from '@oslofjord/config';
import { BackendError, BackendTimeoutError, ClosedError } from '../../errors.ts';
import { backendErrorOf, type RedisClient } from './client.ts';

/**
 * A client and its state: requests wait for the first connection, for one timeout at most, and fail at once while a
 * lost one is being made anew.
 */
export class RedisConnection {
  readonly client: RedisClient;
  readonly name: string;
  readonly #timeout: Milliseconds;
  readonly #isOwned: boolean;
  readonly #merges: boolean;
  #lastError: Error | undefined;
  #hasBeenReady = false;
  #isClosed = false;
  #opening: Promise<void> | undefined;
  #isRecycling = false;

  constructor(
    client: RedisClient,
    options: {
      readonly name: string;
      readonly timeout: Milliseconds;
      readonly isOwned: boolean;
      /** Whether several keys can be read by one MGET; a cluster sorts them by slots itself. */
      readonly merges: boolean;
    },
  ) {
    this.client = client;
    this.name = options.name;
    this.#timeout = options.timeout;
    this.#isOwned = options.isOwned;
    this.#merges = options.merges;
    client.on('error', (error: Error) => {
      this.#lastError = error;
    });
  }

  /** Resolves when commands can be sent. */
  async open(): Promise<void> {
    if (this.client.status === 'ready') return;
    if (this.#isClosed) throw new ClosedError(this.name);
    if (this.#hasBeenReady) {
      throw new BackendError(this.name, 'is not connected', { cause: this.#lastError });
    }
    this.#opening ??= this.#openFirst().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  async #openFirst(): Promise<void> {
    if (this.client.status === 'wait') {
      this.client.connect().catch((error: unknown) => {
        this.#lastError = error as Error;
      });
    }
    let timer: NodeJS.Timeout | undefined;
    let settle: (() => void) | undefined;
    let onFailure: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        settle = resolve;
        onFailure = () => {
          reject(
            backendErrorOf(this.#lastError ?? new Error('closed the connection'), this.name, this.#timeout),
          );
        };
        timer = setTimeout(() => {
          reject(new BackendTimeoutError(this.name, this.#timeout));
        }, this.#timeout);
        this.client.on('ready', settle);
        this.client.on('close', onFailure);
        if (this.client.status === 'ready') resolve();
      });
      this.#hasBeenReady = true;
    } finally {
      clearTimeout(timer);
      if (settle !== undefined) this.client.off('ready', settle);
      if (onFailure !== undefined) this.client.off('close', onFailure);
    }
  }

  async #ask<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    if (this.client.status !== 'ready') await this.open();
    this.#hasBeenReady = true;
    try {
      return await command();
    } catch (error) {
      throw backendErrorOf(error, this.name, this.#timeout);
    }
  }

  /** Any command. */
  async call(command: string, ...args: (string | number | Buffer)[]): Promise<unknown> {
    return this.#ask(async () => this.client.call(command, ...args));
  }

  /** A script; texts in its answer come as bytes. */
  async evaluate(
    script: string,
    keys: readonly string[],
    args: readonly (string | Buffer)[],
  ): Promise<unknown> {
    return this.#ask(async () => this.client.evalBuffer(script, keys.length, ...keys, ...args));
  }

  /** The bytes of keys in their order, in one command where the server allows it. */
  read(keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
    if (this.client.status !== 'ready') return this.open().then(() => this.#readNow(keys));
    this.#hasBeenReady = true;
    return this.#readNow(keys);
  }

  #readNow(keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
    const fail = (error: unknown): never => {
      throw backendErrorOf(error, this.name, this.#timeout);
    };
    const [first] = keys;
    if (first === undefined) return Promise.resolve([]);
    if (keys.length === 1) return this.client.getBuffer(first).then((value) => [value], fail);
    if (this.#merges) return this.client.mgetBuffer(...keys).catch(fail);
    return Promise.all(keys.map(async (key) => this.client.getBuffer(key))).catch(fail);
  }

  /** One round trip. A connection that does not answer is made anew: it may lead to a server that is gone. */
  async check(): Promise<void> {
    if (this.client.status !== 'ready' && this.#hasBeenReady) {
      this.#reopen();
      throw new BackendError(this.name, 'is not connected', { cause: this.#lastError });
    }
    try {
      await this.call('PING');
    } catch (error) {
      if (error instanceof BackendTimeoutError) this.#recycle();
      throw error;
    }
  }

  #recycle(): void {
    if (!this.#isOwned || this.#isRecycling || this.#isClosed) return;
    this.#isRecycling = true;
    this.client.disconnect(true);
    this.#isRecycling = false;
  }

  #reopen(): void {
    if (this.client.status === 'end' && this.#isOwned && !this.#isClosed) {
      this.client.connect().catch((error: unknown) => {
        this.#lastError = error as Error;
      });
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    if (this.#isOwned) this.client.disconnect();
    return Promise.resolve();
  }
}
