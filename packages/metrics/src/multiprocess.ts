// Arenas that outlive their process
export { fileArena } from './arenas/file.ts';
export type { DurableArena, FileArenaOptions } from './arenas/file.ts';
export { mappedArena } from './arenas/mmap.ts';
export type { MappedArenaOptions } from './arenas/mmap.ts';

// Arenas that threads share
export { sharedArena } from './arenas/shared.ts';
export type { SharedArenaMemory, SharedArenaOptions } from './arenas/shared.ts';

// One page for all
export { MergedPage } from './multiprocess/merge.ts';
export type { Contributor, MetricsSource } from './multiprocess/merge.ts';
export { DirectorySource } from './multiprocess/directory.ts';
export { registrySource } from './multiprocess/registry-source.ts';
export { ThreadSource } from './multiprocess/threads.ts';

// Python's client
export { pythonSource } from './multiprocess/python-source.ts';
export { writePythonFiles } from './multiprocess/python-writer.ts';
export type { PeriodicWriter, PythonWriterOptions } from './multiprocess/python-writer.ts';
