export { describeLibrary } from './description.ts';
export type { LibraryDescription } from './description.ts';
