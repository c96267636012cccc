import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Duration } from '@oslofjord/config';
import { ConfigurationError, type MetricsIssue } from '../errors.ts';
import { readDuration } from '../options.ts';
import type { Arena } from './arena.ts';
import { processStart } from './process-start.ts';
import { flushRegularly } from './regular-flush.ts';
import { beginRegion, DEFAULT_SLOTS, HEADER, HEADER_SLOTS, regionArena } from './region.ts';

/** Where a process leaves its numbers. */
export interface FileArenaOptions {
  /** A folder that all processes of a page share; made where it is missing. A file system in memory is best. */
  readonly directory: string;
  /**
   * How often numbers are written, and so how much a SIGKILL can lose.
   * @default '100ms'
   */
  readonly interval?: Duration;
  /**
   * How many numbers there may be; only what is used takes memory.
   * @default 4194304
   */
  readonly slots?: number;
}

/** An arena whose numbers outlive the process. */
export interface DurableArena extends Arena {
  /** Writes what the file does not have yet. */
  flush(): void;
  /** Writes a last time and stops. The files stay: whoever serves the page adds them to what has been counted. */
  close(): void;
  [Symbol.dispose](): void;
}

/** The pair of files of one process. */
export const openFiles = (directory: string): { readonly values: number; readonly records: number } => {
  mkdirSync(directory, { recursive: true, mode: 0o770 });
  const name = join(directory, `${String(process.pid)}-${randomBytes(6).toString('hex')}`);
  // Records first: a file of values without its records would be read as one that has none yet.
  const records = openSync(`${name}.records`, 'ax', 0o640);
  return { records, values: openSync(`${name}.values`, 'wx+', 0o640) };
};

const view = (values: Float64Array, from: number, to: number): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset + from * 8, (to - from) * 8);

/**
 * An arena in this process's memory that is copied to a file again and again. It needs nothing native; a SIGKILL loses
 * what was counted since the last copy.
 * @throws ConfigurationError
 */
export const fileArena = (options: FileArenaOptions): DurableArena => {
  const issues: MetricsIssue[] = [];
  const interval = readDuration(options.interval ?? '100ms', 'interval', issues) ?? 100;
  if (issues.length > 0) throw new ConfigurationError(issues);
  const values = new Float64Array(options.slots ?? DEFAULT_SLOTS);
  const files = openFiles(options.directory);
  beginRegion(values, { pid: process.pid, pidStart: processStart(process.pid) ?? 0 });
  let pending = '';
  let isClosed = false;
  const writeHeader = (sequence: number): void => {
    values[HEADER.sequence] = sequence;
    writeSync(files.values, view(values, 0, HEADER_SLOTS), 0, HEADER_SLOTS * 8, 0);
  };
  const flush = (): void => {
    if (isClosed) return;
    const sequence = values[HEADER.sequence] ?? 0;
    const next = sequence + (sequence % 2 === 0 ? 1 : 0);
    const used = values[HEADER.used] ?? 0;
    // The sequence is odd while records and values do not belong together.
    writeHeader(next);
    if (pending !== '') {
      writeSync(files.records, pending);
      pending = '';
    }
    const slots = view(values, HEADER_SLOTS, used);
    for (let done = 0; done < slots.length;) {
      done += writeSync(files.values, slots, done, slots.length - done, HEADER_SLOTS * 8 + done);
    }
    writeHeader(next + 1);
  };
  const endFlushing = flushRegularly(flush, interval);
  const arena = regionArena(values, (line) => {
    pending += `${line}\n`;
    return true;
  });
  const close = (): void => {
    if (isClosed) return;
    endFlushing();
    isClosed = true;
    closeSync(files.records);
    closeSync(files.values);
  };
  flush();
  return { ...arena, flush, close, [Symbol.dispose]: close };
};
