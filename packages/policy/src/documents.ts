export { formatSample } from './documents/sample.ts';
export { readDefaults } from './documents/written-defaults.ts';

export type { PolicySection, RuleTextOptions } from './documents/sample.ts';
