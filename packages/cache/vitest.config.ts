import { library } from '../../tools/build/vitest.js';

// One file at a time: the suites of outages and stampedes measure time, on servers that use the processor too.
export default library(import.meta.dirname, { fileParallelism: false });
