import type { Milliseconds } from '@oslofjord/config';
import { BackendError, BackendRefusedError } from '../../errors.ts';
import { exptimeOf, type Connection, type Item, type LeasedItem, type StoreOptions } from './connection.ts';
import { flagOf, MetaParser, type MetaFrame } from './meta-parser.ts';
import { Pipeline, type ConnectOptions, type Pending } from './pipeline.ts';

/** Credentials for a server started with `-Y`. */
export interface TextCredentials {
  readonly username: string;
  readonly password: string;
}

const NOTHING = Buffer.alloc(0);

const itemOf = ({ rest, value = NOTHING }: MetaFrame): Item => ({
  bytes: value,
  flags: rest === '' || rest === 'f0' ? 0 : Number(flagOf(rest, 'f') ?? 0),
});

/** A request with one response. */
class Single<Answer> implements Pending<MetaFrame> {
  deadline = 0;
  readonly #read: (frame: MetaFrame) => Answer;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;

  constructor(
    read: (frame: MetaFrame) => Answer,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    this.#read = read;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  take(frame: MetaFrame): boolean {
    try {
      this.#resolve(this.#read(frame));
    } catch (error) {
      this.#reject(error as Error);
    }
    return true;
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}

/** Reads of several keys, answered one after the other. */
class Multi implements Pending<MetaFrame> {
  deadline = 0;
  readonly #items: (Item | undefined)[] = [];
  readonly #count: number;
  readonly #read: (frame: MetaFrame) => Item | undefined;
  readonly #resolve: (items: readonly (Item | undefined)[]) => void;
  readonly #reject: (error: Error) => void;
  #error: Error | undefined;

  constructor(
    count: number,
    read: (frame: MetaFrame) => Item | undefined,
    resolve: (items: readonly (Item | undefined)[]) => void,
    reject: (error: Error) => void,
  ) {
    this.#count = count;
    this.#read = read;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  take(frame: MetaFrame): boolean {
    try {
      this.#items.push(this.#read(frame));
    } catch (error) {
      this.#error ??= error as Error;
      this.#items.push(undefined);
    }
    if (this.#items.length < this.#count) return false;
    if (this.#error === undefined) this.#resolve(this.#items);
    else this.#reject(this.#error);
    return true;
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}

/**
 * A connection that speaks memcached's meta protocol, of 1.6.10 and later.
 * @see https://github.com/memcached/memcached/blob/master/doc/protocol.txt
 */
export class MetaConnection implements Connection {
  readonly #pipeline: Pipeline<MetaFrame>;
  readonly #name: string;

  constructor(options: ConnectOptions, credentials: TextCredentials | undefined) {
    this.#name = options.address.name;
    this.#pipeline = new Pipeline<MetaFrame>(
      {
        parser: (onFrame) => new MetaParser(onFrame),
        greet: async (pipeline) => {
          if (credentials !== undefined) await this.#authenticate(pipeline, credentials);
        },
      },
      options,
    );
  }

  async #authenticate(pipeline: Pipeline<MetaFrame>, { username, password }: TextCredentials): Promise<void> {
    const body = Buffer.from(`${username} ${password}`);
    await new Promise<void>((resolve, reject) => {
      const read = ({ code }: MetaFrame): void => {
        if (code === 'STORED') return;
        throw new BackendError(this.#name, 'refused the credentials', { isRetryable: false });
      };
      pipeline.sendFirst(`set auth 0 0 ${String(body.length)}\r\n`, body, new Single(read, resolve, reject));
    });
  }

  get isOpen(): boolean {
    return this.#pipeline.isOpen;
  }

  get ready(): Promise<void> {
    return this.#pipeline.ready;
  }

  set onEnd(listener: ((error: Error) => void) | undefined) {
    this.#pipeline.onEnd = listener;
  }

  #refusal(frame: MetaFrame): BackendRefusedError {
    const text = `${frame.code} ${frame.rest}`.trim();
    const isOurs = frame.code === 'CLIENT_ERROR' || frame.code === 'ERROR';
    return new BackendRefusedError(this.#name, text, { isRetryable: !isOurs });
  }

  #ask<Answer>(line: string, body: Buffer | undefined, read: (frame: MetaFrame) => Answer): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#pipeline.send(line, body, new Single(read, resolve, reject));
    });
  }

  readonly #readItem = (frame: MetaFrame): Item | undefined => {
    if (frame.code === 'VA') return frame.value?.length === 0 ? undefined : itemOf(frame);
    if (frame.code === 'EN') return undefined;
    throw this.#refusal(frame);
  };

  get(key: string): Promise<Item | undefined> {
    return this.#ask(`mg ${key} f v\r\n`, undefined, this.#readItem);
  }

  getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    return new Promise((resolve, reject) => {
      let lines = '';
      for (const key of keys) lines += `mg ${key} f v\r\n`;
      this.#pipeline.send(lines, undefined, new Multi(keys.length, this.#readItem, resolve, reject));
    });
  }

  readonly #readDone = (frame: MetaFrame): boolean => {
    switch (frame.code) {
      case 'HD':
        return true;
      case 'NS':
      case 'EX':
      case 'NF':
      case 'EN':
        return false;
      default:
        throw this.#refusal(frame);
    }
  };

  set(key: string, bytes: Buffer, { flags, ttl, cas, isNew }: StoreOptions): Promise<boolean> {
    const exptime = exptimeOf(ttl);
    let line = `ms ${key} ${String(bytes.length)}`;
    if (flags !== 0) line += ` F${String(flags)}`;
    if (exptime !== 0) line += ` T${String(exptime)}`;
    if (cas !== undefined) line += ` C${cas}`;
    if (isNew === true) line += ' ME';
    return this.#ask(`${line}\r\n`, bytes, this.#readDone);
  }

  delete(key: string, cas?: string): Promise<boolean> {
    return this.#ask(`md ${key}${cas === undefined ? '' : ` C${cas}`}\r\n`, undefined, this.#readDone);
  }

  lease(key: string, ttl: Milliseconds): Promise<LeasedItem> {
    return this.#ask(`mg ${key} c f N${String(exptimeOf(ttl))} v\r\n`, undefined, (frame) => {
      if (frame.code !== 'VA') throw this.#refusal(frame);
      const isEmpty = frame.value === undefined || frame.value.length === 0;
      return {
        item: isEmpty ? undefined : itemOf(frame),
        cas: flagOf(frame.rest, 'c') ?? '0',
        isWinner: flagOf(frame.rest, 'W') !== undefined,
      };
    });
  }

  touch(key: string, ttl: Milliseconds): Promise<boolean> {
    return this.#ask(`mg ${key} T${String(exptimeOf(ttl))}\r\n`, undefined, this.#readDone);
  }

  check(): Promise<void> {
    return this.#ask('mn\r\n', undefined, (frame) => {
      if (frame.code !== 'MN') throw this.#refusal(frame);
    });
  }

  async close(): Promise<void> {
    await this.#pipeline.close();
  }

  end(error: Error): void {
    this.#pipeline.end(error);
  }
}
