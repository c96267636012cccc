import { library } from '../build/vitest.js';

export default library(import.meta.dirname);
