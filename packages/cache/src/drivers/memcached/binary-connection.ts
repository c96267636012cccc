import type { Milliseconds } from '@oslofjord/config';
import { BackendError, BackendRefusedError, CodecError } from '../../errors.ts';
import { exptimeOf, type Connection, type Item, type StoreOptions } from './connection.ts';
import { Pipeline, type ConnectOptions, type Pending } from './pipeline.ts';

/** Credentials for SASL PLAIN. */
export interface SaslCredentials {
  readonly username: string;
  readonly password: string;
}

/** One response of the binary protocol. */
export interface BinaryFrame {
  readonly status: number;
  readonly opaque: number;
  readonly extras: Buffer;
  readonly value: Buffer;
}

const HEADER = 24;
const REQUEST = 0x80;
const RESPONSE = 0x81;
const LARGEST_BODY = 2 ** 30;

/** @see https://github.com/memcached/memcached/wiki/BinaryProtocolRevamped */
const OPCODES = { get: 0, set: 1, add: 2, delete: 4, noop: 10, touch: 0x1c, saslAuth: 0x21 } as const;

const STATUS = { ok: 0, notFound: 1, exists: 2, notStored: 5, authFailed: 0x20 } as const;

/** Splits the bytes of a connection into responses, however they are cut. */
export class BinaryParser {
  readonly #onFrame: (frame: BinaryFrame) => void;
  #kept: Buffer[] = [];
  #length = 0;
  #needed = HEADER;

  constructor(onFrame: (frame: BinaryFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws CodecError for what no memcached answers */
  push(chunk: Buffer): void {
    this.#kept.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    const bytes = this.#kept.length === 1 ? chunk : Buffer.concat(this.#kept);
    let at = 0;
    this.#needed = HEADER;
    while (bytes.length - at >= HEADER) {
      if (bytes[at] !== RESPONSE) throw new CodecError('The bytes are no response of the binary protocol');
      const body = bytes.readUInt32BE(at + 8);
      if (body > LARGEST_BODY) throw new CodecError('memcached announces a body beyond 1 GiB');
      const end = at + HEADER + body;
      if (end > bytes.length) {
        this.#needed = HEADER + body;
        break;
      }
      this.#emit(bytes, at, end);
      at = end;
    }
    this.#kept = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#length = bytes.length - at;
  }

  #emit(bytes: Buffer, at: number, end: number): void {
    const extrasFrom = at + HEADER;
    const keyFrom = extrasFrom + (bytes[at + 4] ?? 0);
    const valueFrom = keyFrom + bytes.readUInt16BE(at + 2);
    if (valueFrom > end) throw new CodecError('A body of memcached is shorter than its parts');
    this.#onFrame({
      status: bytes.readUInt16BE(at + 6),
      opaque: bytes.readUInt32BE(at + 12),
      extras: bytes.subarray(extrasFrom, keyFrom),
      value: bytes.subarray(valueFrom, end),
    });
  }
}

const NOTHING = Buffer.alloc(0);

const requestOf = (opcode: number, key: string, extras: Buffer, value: Buffer, opaque: number): Buffer => {
  const name = Buffer.from(key, 'latin1');
  const head = Buffer.alloc(HEADER);
  head[0] = REQUEST;
  head[1] = opcode;
  head.writeUInt16BE(name.length, 2);
  head[4] = extras.length;
  head.writeUInt32BE(extras.length + name.length + value.length, 8);
  head.writeUInt32BE(opaque, 12);
  return Buffer.concat([head, extras, name, value]);
};

class Single<Answer> implements Pending<BinaryFrame> {
  deadline = 0;
  readonly #opaque: number;
  readonly #read: (frame: BinaryFrame) => Answer;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;

  constructor(
    opaque: number,
    read: (frame: BinaryFrame) => Answer,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    this.#opaque = opaque;
    this.#read = read;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  take(frame: BinaryFrame): boolean {
    if (frame.opaque !== this.#opaque) throw new CodecError('An answer belongs to another request');
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

/** A connection that speaks memcached's binary protocol, for servers that ask for SASL and refuse text. */
export class BinaryConnection implements Connection {
  readonly #pipeline: Pipeline<BinaryFrame>;
  readonly #name: string;
  #opaque = 0;

  constructor(options: ConnectOptions, credentials: SaslCredentials | undefined) {
    this.#name = options.address.name;
    this.#pipeline = new Pipeline<BinaryFrame>(
      {
        parser: (onFrame) => new BinaryParser(onFrame),
        greet: async (pipeline) => {
          if (credentials !== undefined) await this.#authenticate(pipeline, credentials);
        },
      },
      options,
    );
  }

  async #authenticate(
    pipeline: Pipeline<BinaryFrame>,
    { username, password }: SaslCredentials,
  ): Promise<void> {
    const value = Buffer.from(`\u0000${username}\u0000${password}`);
    await new Promise<void>((resolve, reject) => {
      const opaque = this.#nextOpaque();
      const read = ({ status }: BinaryFrame): void => {
        if (status === STATUS.ok) return;
        throw new BackendError(this.#name, 'refused the credentials', { isRetryable: false });
      };
      const bytes = requestOf(OPCODES.saslAuth, 'PLAIN', NOTHING, value, opaque);
      pipeline.sendFirst('', bytes, new Single(opaque, read, resolve, reject));
    });
  }

  #nextOpaque(): number {
    this.#opaque = (this.#opaque + 1) >>> 0;
    return this.#opaque;
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

  #ask<Answer>(
    opcode: number,
    key: string,
    extras: Buffer,
    value: Buffer,
    read: (frame: BinaryFrame) => Answer,
  ): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const opaque = this.#nextOpaque();
      const bytes = requestOf(opcode, key, extras, value, opaque);
      this.#pipeline.send('', bytes, new Single(opaque, read, resolve, reject));
    });
  }

  #refusal({ status, value }: BinaryFrame): BackendError {
    if (status === STATUS.authFailed) {
      return new BackendError(this.#name, 'asks for credentials', { isRetryable: false });
    }
    return new BackendRefusedError(this.#name, `${String(status)} ${value.toString('latin1')}`);
  }

  get(key: string): Promise<Item | undefined> {
    return this.#ask(OPCODES.get, key, NOTHING, NOTHING, (frame) => {
      if (frame.status === STATUS.notFound) return undefined;
      if (frame.status !== STATUS.ok) throw this.#refusal(frame);
      return { bytes: frame.value, flags: frame.extras.length === 4 ? frame.extras.readUInt32BE(0) : 0 };
    });
  }

  getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    return Promise.all(keys.map(async (key) => this.get(key)));
  }

  readonly #readDone = (frame: BinaryFrame): boolean => {
    switch (frame.status) {
      case STATUS.ok:
        return true;
      case STATUS.notFound:
      case STATUS.exists:
      case STATUS.notStored:
        return false;
      default:
        throw this.#refusal(frame);
    }
  };

  set(key: string, bytes: Buffer, { flags, ttl, isNew }: StoreOptions): Promise<boolean> {
    const extras = Buffer.alloc(8);
    extras.writeUInt32BE(flags, 0);
    extras.writeUInt32BE(exptimeOf(ttl), 4);
    const opcode = isNew === true ? OPCODES.add : OPCODES.set;
    return this.#ask(opcode, key, extras, bytes, this.#readDone);
  }

  delete(key: string): Promise<boolean> {
    return this.#ask(OPCODES.delete, key, NOTHING, NOTHING, this.#readDone);
  }

  touch(key: string, ttl: Milliseconds): Promise<boolean> {
    const extras = Buffer.alloc(4);
    extras.writeUInt32BE(exptimeOf(ttl), 0);
    return this.#ask(OPCODES.touch, key, extras, NOTHING, this.#readDone);
  }

  check(): Promise<void> {
    return this.#ask(OPCODES.noop, '', NOTHING, NOTHING, (frame) => {
      if (frame.status !== STATUS.ok) throw this.#refusal(frame);
    });
  }

  async close(): Promise<void> {
    await this.#pipeline.close();
  }

  end(error: Error): void {
    this.#pipeline.end(error);
  }
}
