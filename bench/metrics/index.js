import { library } from './library.js';

export const bench = [...library];
