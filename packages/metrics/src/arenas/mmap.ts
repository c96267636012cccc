import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MappingUnavailableError } from '../errors.ts';
import { type DurableArena, type FileArenaOptions, openFiles } from './file.ts';
import { processStart } from './process-start.ts';
import { beginRegion, DEFAULT_SLOTS, regionArena } from './region.ts';

/** Maps the beginning of an open file into memory, shared with all who map it. */
type Mapper = (descriptor: number, bytes: number) => ArrayBuffer;

/** What of `node:ffi` is used. */
interface NodeFfi {
  dlopen(
    library: string,
    functions: Record<string, { readonly arguments: readonly string[]; readonly return: string }>,
  ): { readonly functions: Record<string, (...values: readonly unknown[]) => bigint> };
  toArrayBuffer(pointer: bigint, length: number, copy: boolean): ArrayBuffer;
}

/** What of koffi is used. */
interface Koffi {
  readonly load: (library: string) => {
    readonly func: (definition: string) => (...values: readonly unknown[]) => unknown;
  };
  readonly view: (pointer: unknown, length: number) => ArrayBuffer;
}

/** PROT_READ | PROT_WRITE and MAP_SHARED are the same on every system with mmap. */
const PROTECTION = 3;
const SHARED = 1;
const FAILED = 0xffff_ffff_ffff_ffffn;

const libraries = (): readonly string[] =>
  process.platform === 'darwin' ? ['libSystem.dylib'] : ['libc.so.6', 'libc.so'];

const firstThat = <Result>(names: readonly string[], load: (name: string) => Result): Result | undefined => {
  for (const name of names) {
    try {
      return load(name);
    } catch {
      continue;
    }
  }
  return undefined;
};

const nodeMapper = (): Mapper | undefined => {
  const ffi = process.getBuiltinModule('node:ffi' as 'node:fs') as unknown as NodeFfi | undefined;
  if (ffi === undefined) return undefined;
  const signature = {
    mmap: { arguments: ['pointer', 'u64', 'i32', 'i32', 'i32', 'i64'], return: 'pointer' },
  };
  const mmap = firstThat(libraries(), (name) => ffi.dlopen(name, signature))?.functions.mmap;
  if (mmap === undefined) return undefined;
  return (descriptor, bytes) => {
    const pointer = mmap(0n, BigInt(bytes), PROTECTION, SHARED, descriptor, 0n);
    if (pointer === FAILED) throw new MappingUnavailableError('the system refused to map the file');
    return ffi.toArrayBuffer(pointer, bytes, false);
  };
};

const koffiMapper = (given: unknown): Mapper | undefined => {
  let koffi = given as Koffi | undefined;
  try {
    koffi ??= createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    return undefined;
  }
  const { load, view } = koffi;
  const library = firstThat(libraries(), load);
  const mmap = library?.func('void *mmap(void *, size_t, int, int, int, int64_t)');
  if (mmap === undefined) return undefined;
  return (descriptor, bytes) => {
    const pointer = mmap(null, bytes, PROTECTION, SHARED, descriptor, 0);
    if (pointer === null) throw new MappingUnavailableError('the system refused to map the file');
    return view(pointer, bytes);
  };
};

/** How a mapped file is made. */
export interface MappedArenaOptions extends Omit<FileArenaOptions, 'interval'> {
  /** The module koffi, where the program has loaded it already. */
  readonly koffi?: unknown;
}

/**
 * An arena that lies in a file itself: what is counted is in the file, so a SIGKILL loses nothing. It needs `node:ffi`
 * or the optional peer `koffi`. The mapping lasts as long as the process: its handles may be used for as long.
 * @throws MappingUnavailableError where there is neither
 */
export const mappedArena = (options: MappedArenaOptions): DurableArena => {
  const map = nodeMapper() ?? koffiMapper(options.koffi);
  if (map === undefined) {
    throw new MappingUnavailableError(
      "neither node:ffi nor koffi is there; run 'npm install koffi', start Node ≥ 26.1 with --experimental-ffi, or use fileArena()",
    );
  }
  const files = openFiles(options.directory);
  const bytes = (options.slots ?? DEFAULT_SLOTS) * 8;
  ftruncateSync(files.values, bytes);
  const values = new Float64Array(map(files.values, bytes));
  closeSync(files.values);
  beginRegion(values, { pid: process.pid, pidStart: processStart(process.pid) ?? 0 });
  let isClosed = false;
  const arena = regionArena(values, (line) => {
    if (isClosed) return false;
    try {
      const text = Buffer.from(`${line}\n`);
      return writeSync(files.records, text) === text.length;
    } catch {
      return false;
    }
  });
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    closeSync(files.records);
  };
  return { ...arena, flush: () => undefined, close, [Symbol.dispose]: close };
};
