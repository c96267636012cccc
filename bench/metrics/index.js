import { collector } from './collector.js';
import { library } from './library.js';

export const bench = [...library, ...collector];
