import { mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../arenas/process-start.ts';
import { HEADER, HEADER_SLOTS, MAGIC } from '../arenas/region.ts';
import { contributeAccumulated, AccumulatedFile, whileLocked, writeAccumulated } from './accumulated.ts';
import { MergedPage, type MetricsSource } from './merge.ts';
import { ArenaReading } from './reading.ts';

/** The files of one process, and what is known of them. */
interface ProcessFiles {
  readonly reading: ArenaReading;
  /** Bytes of records read so far. */
  bytes: number;
}

/** What one reading of a process's files gave. */
interface Snapshot {
  readonly name: string;
  readonly values: Float64Array;
  readonly pid: number;
  readonly isAlive: boolean;
}

/** How often a reading begins anew because the process wrote meanwhile. */
const ATTEMPTS = 50;

/** Files of a process: its numbers, and what it was amid replacing. */
const LEFTOVER =
  /^(?:(?<name>(?<pid>\d+)-[0-9a-f]+)\.(?:values|records)|accumulated\.json\.(?<pid2>\d+)\.tmp|fold\.lock\.(?<pid3>\d+))$/u;

const unlinkIfThere = (file: string): void => {
  try {
    unlinkSync(file);
  } catch {
    return;
  }
};

const readRange = async (file: string, from: number, to: number): Promise<Buffer> => {
  const handle = await open(file, 'r');
  try {
    const length = Math.max(0, Math.min(to, (await handle.stat()).size) - from);
    const buffer = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(buffer, done, length - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  } finally {
    await handle.close();
  }
};

const floats = (bytes: Buffer): Float64Array => {
  const values = new Float64Array(bytes.length >> 3);
  new Uint8Array(values.buffer).set(bytes.subarray(0, values.length * 8));
  return values;
};

/** The numbers of all processes that keep theirs in a folder, with those that earlier processes left. */
export class DirectorySource implements MetricsSource {
  readonly #directory: string;
  readonly #accumulated: AccumulatedFile;
  readonly #known = new Map<string, ProcessFiles>();

  constructor(directory: string) {
    this.#directory = directory;
    this.#accumulated = new AccumulatedFile(directory);
    mkdirSync(directory, { recursive: true, mode: 0o770 });
  }

  async contribute(page: MergedPage): Promise<void> {
    const snapshots = await this.#read();
    // After the files: what somebody takes over meanwhile is then seen here, and left out there.
    const accumulated = this.#accumulated.read();
    contributeAccumulated(accumulated, page);
    for (const snapshot of snapshots) {
      if (Object.hasOwn(accumulated.folded, snapshot.name)) continue;
      this.#known.get(snapshot.name)?.reading.contribute(page, snapshot.values, snapshot);
    }
    const ended = snapshots.filter(({ isAlive }) => !isAlive);
    if (ended.length > 0) this.#fold(ended);
    this.#sweep(new Set(snapshots.map(({ name }) => name)));
  }

  /** Removes what processes left that were killed before there was a number in it. */
  #sweep(readable: ReadonlySet<string>): void {
    for (const file of readdirSync(this.#directory)) {
      const { name, pid: owner, pid2, pid3 } = LEFTOVER.exec(file)?.groups ?? {};
      const pid = owner ?? pid2 ?? pid3;
      if (name !== undefined && readable.has(name)) continue;
      if (pid === undefined || isRunning(Number(pid), 0)) continue;
      // What has become readable since is for the next reading.
      if (name !== undefined && this.#isBegun(name)) continue;
      unlinkIfThere(join(this.#directory, file));
    }
  }

  #isBegun(name: string): boolean {
    try {
      const bytes = readFileSync(join(this.#directory, `${name}.values`)).subarray(0, HEADER_SLOTS * 8);
      return floats(bytes)[HEADER.magic] === MAGIC;
    } catch {
      return false;
    }
  }

  async #read(): Promise<Snapshot[]> {
    const names = readdirSync(this.#directory)
      .filter((name) => name.endsWith('.values'))
      .map((name) => name.slice(0, -'.values'.length));
    for (const name of this.#known.keys()) if (!names.includes(name)) this.#known.delete(name);
    const snapshots = await Promise.all(names.sort().map(async (name) => this.#readOne(name)));
    return snapshots.filter((snapshot) => snapshot !== undefined);
  }

  async #readOne(name: string): Promise<Snapshot | undefined> {
    const file = join(this.#directory, name);
    let state = this.#known.get(name);
    if (state === undefined) {
      state = { reading: new ArenaReading(), bytes: 0 };
      this.#known.set(name, state);
    }
    try {
      for (let attempt = 0; ; attempt += 1) {
        const header = floats(await readRange(`${file}.values`, 0, HEADER_SLOTS * 8));
        if (header[HEADER.magic] !== MAGIC) return undefined;
        const pid = header[HEADER.pid] ?? 0;
        // Asked before the numbers are read: who has ended by then writes no more.
        const isAlive = isRunning(pid, header[HEADER.pidStart] ?? 0);
        const values = floats(await readRange(`${file}.values`, 0, (header[HEADER.used] ?? 0) * 8));
        const records = await readRange(`${file}.records`, state.bytes, Infinity);
        const after = floats(await readRange(`${file}.values`, 0, HEADER_SLOTS * 8));
        const sequence = after[HEADER.sequence] ?? 0;
        const isConsistent = sequence % 2 === 0 && sequence === header[HEADER.sequence];
        if (!isConsistent && isAlive && attempt < ATTEMPTS) continue;
        const complete = records.lastIndexOf(10) + 1;
        state.bytes += complete;
        state.reading.append(records.subarray(0, complete).toString('utf8'));
        return { name, values, pid, isAlive };
      }
    } catch (error) {
      // Somebody took it over meanwhile.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Adds what ended processes left to the accumulated numbers, and removes their files. */
  #fold(ended: readonly Snapshot[]): void {
    whileLocked(this.#directory, () => {
      const before = this.#accumulated.read();
      const fresh = ended.filter(({ name }) => !Object.hasOwn(before.folded, name));
      if (fresh.length > 0) {
        const page = new MergedPage([
          {
            contribute: (target) => {
              contributeAccumulated(before, target);
              for (const snapshot of fresh) {
                this.#known.get(snapshot.name)?.reading.contribute(target, snapshot.values, snapshot);
              }
            },
          },
        ]);
        writeAccumulated(
          this.#directory,
          page.collectNow(),
          fresh.map(({ name }) => name),
          before,
        );
      }
      for (const { name } of ended) {
        for (const suffix of ['.values', '.records']) {
          unlinkIfThere(join(this.#directory, `${name}${suffix}`));
        }
      }
    });
  }
}
