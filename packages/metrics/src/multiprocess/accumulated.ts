import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRunning, processStart } from '../arenas/process-start.ts';
import { describeFamily, type FamilyRecord } from '../arenas/records.ts';
import type { Registry } from '../registry.ts';
import { isKeptPerProcess, type MergedPage } from './merge.ts';

/** What processes that have ended left behind, in one file. */
const FILE = 'accumulated.json';

/** How long the name of a process is kept after its numbers were taken over: far longer than a reading takes. */
const REMEMBERED = 600_000;

/** A series with its numbers. */
interface Entry {
  readonly family: number;
  readonly created: number;
  readonly labelValues: readonly string[];
  readonly values: readonly (number | string)[];
}

/** The contents of the file. */
export interface Accumulated {
  /** Whose numbers these are, and since when: their own files do not count any more. */
  readonly folded: Readonly<Record<string, number>>;
  readonly families: readonly FamilyRecord[];
  readonly series: readonly Entry[];
}

const NOTHING: Accumulated = { folded: {}, families: [], series: [] };

/** JSON has no NaN and no infinities. */
const written = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** Reads what ended processes left in a folder; what has not changed is not read again. */
export class AccumulatedFile {
  readonly #file: string;
  #version = '';
  #read: Accumulated = NOTHING;

  constructor(directory: string) {
    this.#file = join(directory, FILE);
  }

  read(): Accumulated {
    let descriptor: number;
    try {
      descriptor = openSync(this.#file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
      throw error;
    }
    try {
      // It is only ever replaced as a whole.
      const { ino, mtimeMs, size } = fstatSync(descriptor);
      const version = [ino, mtimeMs, size].join();
      if (version !== this.#version) {
        this.#read = JSON.parse(readFileSync(descriptor, 'utf8')) as Accumulated;
        this.#version = version;
      }
      return this.#read;
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Adds what ended processes left to a page. */
export const contributeAccumulated = ({ families, series }: Accumulated, page: MergedPage): void => {
  const targets = new Map(
    families.map((record) => {
      // Here the label `pid` is one of those recorded; the page adds it itself.
      const labels = isKeptPerProcess(record) ? record.labels.slice(0, -1) : record.labels;
      return [record.id, { record, family: page.family({ ...record, labels }) }];
    }),
  );
  for (const { family: id, created, labelValues, values } of series) {
    const target = targets.get(id);
    if (target?.family === undefined) continue;
    const { record, family } = target;
    const own = isKeptPerProcess(record) ? labelValues.slice(0, -1) : labelValues;
    const to = page.series(family, record, own, labelValues.at(-1) ?? '');
    page.add(family, to, Float64Array.from(values, Number), 0, created, { pid: 0, isAlive: false });
  }
};

/** Writes the numbers of a registry in place of what was there, all at once. */
export const writeAccumulated = (
  directory: string,
  registry: Registry,
  names: readonly string[],
  before: Accumulated,
): void => {
  const now = Date.now();
  const folded = Object.fromEntries([
    ...Object.entries(before.folded).filter(([, time]) => now - time < REMEMBERED),
    ...names.map((name) => [name, now] as const),
  ]);
  const families: FamilyRecord[] = [];
  const series: Entry[] = [];
  for (const [id, family] of registry.families.entries()) {
    families.push(describeFamily(family, id));
    for (const one of family.series) {
      const values = [...one.values.subarray(one.slot, one.slot + family.slots)].map(written);
      series.push({ family: id, created: one.created, labelValues: one.labelValues, values });
    }
  }
  const temporary = join(directory, `${FILE}.${String(process.pid)}.tmp`);
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify({ folded, families, series } satisfies Accumulated), {
    flag: 'wx',
    mode: 0o640,
  });
  renameSync(temporary, join(directory, FILE));
};

/**
 * Runs `work` while no other process does so in the same folder.
 * @returns whether it ran
 */
export const whileLocked = (directory: string, work: () => void): boolean => {
  const file = join(directory, 'fold.lock');
  if (!take(file) && !(isAbandoned(file) && take(file))) return false;
  try {
    work();
  } finally {
    unlinkSync(file);
  }
  return true;
};

const take = (file: string): boolean => {
  try {
    const descriptor = openSync(file, 'wx', 0o640);
    writeSync(descriptor, `${String(process.pid)} ${String(processStart(process.pid) ?? 0)}`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** Takes the lock of an ended process away. Only one of several that try succeeds in renaming it. */
const isAbandoned = (file: string): boolean => {
  try {
    const [pid = 0, start = 0] = readFileSync(file, 'utf8').split(' ').map(Number);
    if (pid === 0 || isRunning(pid, start)) return false;
    const aside = `${file}.${String(process.pid)}`;
    renameSync(file, aside);
    unlinkSync(aside);
    return true;
  } catch {
    return false;
  }
};
