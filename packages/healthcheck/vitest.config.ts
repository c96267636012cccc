import { library } from '../../tools/build/vitest.js';

// One file at a time: drains, detections and blocked loops measure time, on servers that use the processor too. A
// measurement that something else disturbed is taken again.
export default library(import.meta.dirname, { fileParallelism: false, retry: 2 });
