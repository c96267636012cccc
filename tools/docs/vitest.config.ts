import { library } from '../build/vitest.js';

// One file at a time: two of them build the packages that they install.
export default library(import.meta.dirname, { fileParallelism: false });
