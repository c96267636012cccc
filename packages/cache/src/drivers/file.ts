import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntryCodec } from '../codecs/codec.ts';
import { jsonCodec } from '../codecs/json.ts';
import type { Driver, DriverSupports, WriteRequest } from '../driver.ts';
import type { Entry } from '../entry.ts';
import { BackendError, CodecError } from '../errors.ts';

/** Options of the file driver. */
export interface FileOptions {
  /** The folder that holds the entries, one file each; made when it is not there. */
  readonly directory: string;
  /** How entries are written. @default JSON */
  readonly codec?: EntryCodec;
}

const SUPPORTS: DriverSupports = { shared: true, persistent: true, copies: true, ttl: true, stores: true };
const HEADER = 8;
const WRITES_PER_SWEEP = 1000;
const SUFFIX = '.entry';

/** Entries as files of one folder, for tools that run again and again on one machine. */
class FileDriver implements Driver {
  readonly name = 'file';
  readonly supports: DriverSupports = SUPPORTS;
  readonly #directory: string;
  readonly #codec: EntryCodec;
  #made: Promise<unknown> | undefined;
  #writes = 0;

  constructor({ directory, codec = jsonCodec }: FileOptions) {
    this.#directory = directory;
    this.#codec = codec;
  }

  /** The hash of a key's UTF-16 units: no key can leave the folder, and none is too long. */
  #nameOf(key: string): string {
    return createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('hex');
  }

  #pathOf(name: string): string {
    return join(this.#directory, name.slice(0, 2), `${name.slice(2)}${SUFFIX}`);
  }

  #fail(error: unknown): never {
    const { code = 'failed', message } = error as NodeJS.ErrnoException;
    throw new BackendError(this.#directory, `${code} ${message}`, { cause: error });
  }

  async #get(key: string): Promise<Entry | undefined> {
    const name = this.#nameOf(key);
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#pathOf(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      return this.#fail(error);
    }
    if (bytes.length < HEADER || Date.now() >= bytes.readDoubleBE(0)) return undefined;
    try {
      return this.#codec.decode(bytes.subarray(HEADER), this.#codec.flags ?? 0, name);
    } catch (error) {
      if (error instanceof CodecError) return undefined;
      throw error;
    }
  }

  async getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    return Promise.all(keys.map(async (key) => this.#get(key)));
  }

  async setMany(entries: ReadonlyMap<string, Entry>, { ttl }: WriteRequest = {}): Promise<void> {
    const head = Buffer.alloc(HEADER);
    head.writeDoubleBE(ttl === undefined ? Infinity : Date.now() + ttl);
    await Promise.all(
      Array.from(entries, async ([key, entry]) => {
        const name = this.#nameOf(key);
        await this.#write(this.#pathOf(name), Buffer.concat([head, this.#codec.encode(entry, name)]));
      }),
    );
    this.#writes += entries.size;
    if (this.#writes >= WRITES_PER_SWEEP) {
      this.#writes = 0;
      await this.#sweep();
    }
  }

  /** Writes beside and renames, so that no reader sees half a file. */
  async #write(path: string, bytes: Buffer): Promise<void> {
    const beside = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(beside, bytes, { mode: 0o600 });
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      this.#fail(error);
    }
  }

  /** Removes what expired. */
  async #sweep(): Promise<void> {
    try {
      for (const folder of await readdir(this.#directory)) {
        for (const file of await readdir(join(this.#directory, folder))) {
          const path = join(this.#directory, folder, file);
          const bytes = file.endsWith(SUFFIX) ? await readFile(path) : undefined;
          if (bytes !== undefined && bytes.length >= HEADER && Date.now() >= bytes.readDoubleBE(0)) {
            await rm(path, { force: true });
          }
        }
      }
    } catch (error) {
      // Another process sweeps, too, and takes files away.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#fail(error);
    }
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    try {
      await Promise.all(keys.map(async (key) => rm(this.#pathOf(this.#nameOf(key)), { force: true })));
    } catch (error) {
      this.#fail(error);
    }
  }

  async check(): Promise<void> {
    try {
      this.#made ??= mkdir(this.#directory, { recursive: true });
      await this.#made;
    } catch (error) {
      this.#made = undefined;
      this.#fail(error);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Makes a driver that keeps each entry in a file. Entries survive the process and are shared on one machine. */
export const file = (options: FileOptions): Driver => new FileDriver(options);
