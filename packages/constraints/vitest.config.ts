import { library } from '../../tools/build/vitest.js';

export default library(import.meta.dirname);
