// Enforcing
export { createEnforcer } from './enforcer.ts';
export type {
  CallOptions,
  CheckedLimit,
  ClaimCallOptions,
  CountRange,
  Enforcer,
  Fit,
  LeaseOptions,
  NamedLimit,
  ProjectUsage,
  RequestEnforcer,
  Verdict,
} from './enforcer-interface.ts';
export type { CacheOptions, ClaimOptions, EnforcerOptions } from './enforcer-options.ts';
export type { MissingPolicy } from './decision.ts';
export type { RootDefault } from './models/hierarchy.ts';
export type { Deltas } from './validation.ts';

// Resources
export { defineResources } from './resources.ts';
export type {
  ResourceDefinition,
  ResourceDefinitions,
  ResourceEnforcer,
  Resources,
  ResourceUnit,
} from './resources.ts';

// Usage
export type { TreeUsageCallback, UsageCall, UsageCallback, UsageCounts } from './usage.ts';

// Limits
export type {
  Awaitable,
  EnforcementModelName,
  LimitProvider,
  Limits,
  LimitsByNode,
  ProjectTree,
  ProviderCall,
} from './provider.ts';
export type { CacheStats } from './cache/limit-reader.ts';
export type { CacheRegion } from './cache/region.ts';
export type { Clock } from './cache/cached-value.ts';

// Claims
export { memoryClaims } from './claims/memory.ts';
export type { Claim } from './claims/held-claim.ts';
export type { Lease, LeaseStats } from './claims/lease.ts';
export type { ClaimLine, ClaimRecord, ClaimStore } from './claims/store.ts';

// Errors
export {
  ClaimLostError,
  ClaimStoreError,
  EndpointLookupError,
  HierarchyError,
  InvalidArgumentError,
  KeystoneError,
  LimitError,
  LimitsFileError,
  LimitsUnavailableError,
  OsloError,
  ProjectOverLimitError,
  ScopeError,
  SessionInitError,
  UnsupportedModelError,
  UsageError,
} from './errors.ts';
export type { KeystoneFailure, LimitErrorCode, OsloErrorType, OverLimitInfo, OverReason } from './errors.ts';

// Answering clients
export { PROBLEM_TYPE, toProblem } from './problem.ts';
export type { LimitProblem, ProblemOptions, ViolatedLimit } from './problem.ts';

// Watching
export {
  claimChannel,
  enforceChannel,
  refreshChannel,
  softChannel,
  thresholdChannel,
  unavailableChannel,
} from './channels.ts';
export type {
  ClaimEvent,
  EnforceEvent,
  RefreshEvent,
  SoftLimitEvent,
  ThresholdEvent,
  UnavailableEvent,
} from './channels.ts';
