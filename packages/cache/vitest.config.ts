import { library } from '../../tools/build/vitest.js';

// One file at a time: the suites of outages and stampedes measure time, on servers that use the processor too. A
// measurement that something else disturbed is taken again.
export default library(import.meta.dirname, { fileParallelism: false, retry: 2 });
