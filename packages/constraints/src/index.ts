export { checkInstalled, overridesFor } from './check.ts';
export type { ConstraintsReport } from './check.ts';
export { installedPackages } from './installed.ts';
export type { InstalledPackage } from './installed.ts';
export type { TestedSet } from './tested-set.ts';
export { testedSets } from './tested-sets.ts';
