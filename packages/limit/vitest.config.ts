import { library } from '../../tools/build/vitest.js';

// Real Keystones answer slowly on a busy machine: what ran into a deadline is tried once more.
export default library(import.meta.dirname, { retry: 1 });
