export { applyLimits } from './apply.ts';
export type { ApplyOptions, ApplyProgress } from './apply.ts';
export { limitsText } from './document-text.ts';
export { examine } from './doctor.ts';
export type { DoctorOptions, Finding, FindingCode } from './doctor.ts';
export type {
  KeystoneState,
  LimitDraft,
  ProjectNode,
  Refusal,
  RegisteredLimitDraft,
} from './keystone-rules.ts';
export { documentOf, readSnapshot } from './keystone-state.ts';
export type { KeystoneSnapshot } from './keystone-state.ts';
export { describeAction, planLimits } from './plan.ts';
export type { Action, Blocked, Plan, PlanOptions } from './plan.ts';
export { reportCsv, reportJson, reportTable, reportTree, reportUsage } from './report.ts';
export type { Report, ReportOptions, ReportRow } from './report.ts';
export { providerSource } from './source.ts';
export type { LimitSource } from './source.ts';
