export { formatHtml } from './documents/html.ts';
export { formatMarkdown } from './documents/markdown.ts';
export { describePolicies } from './documents/reference.ts';
export { formatSample } from './documents/sample.ts';
export { readDefaults } from './documents/written-defaults.ts';

export type { PolicySection, RuleTextOptions } from './documents/sample.ts';
export type { RuleReference, SectionReference } from './documents/reference.ts';
