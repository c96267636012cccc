export { diffPolicies } from './analysis/diff.ts';
export { viewOf } from './analysis/enforcer-view.ts';
export { explain } from './analysis/explain.ts';
export { lintPolicy } from './analysis/lint.ts';
export { whoCan } from './analysis/who-can.ts';

export type { PolicyDifference, RuleDifference } from './analysis/diff.ts';
export type { Explanation, Suggestion } from './analysis/explain.ts';
export type { Finding, FindingKind, LintSubject } from './analysis/lint.ts';
export type { PolicyView, RuleSource, RuleView } from './analysis/policy-view.ts';
export type { TraceStep } from './analysis/trace.ts';
export type { WayIn } from './analysis/who-can.ts';
export type { Witness } from './analysis/witness.ts';
