export { yamlLimits } from './file.ts';
export type { YamlLimitsOptions } from './file.ts';
export { environmentLimits } from './environment.ts';
export type { EnvironmentLimitsOptions } from './environment.ts';
export { parseLimits } from './document.ts';
export type { LimitsDocument } from './document.ts';
