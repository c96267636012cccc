import { fileURLToPath } from 'node:url';
import { library } from '../build/vitest.js';

export default library(fileURLToPath(new URL('.', import.meta.url)), { hookTimeout: 120_000 });
