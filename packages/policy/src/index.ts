// Deciding
export { Enforcer } from './enforcer.ts';
export { enforceAll } from './remote/batch.ts';
export type { EvaluateOptions, Requester, Target } from './enforcer.ts';
export type { Credentials, PolicyContext } from './checks/credentials.ts';
export type { Request } from './remote/batch.ts';
export type { LoadReport } from './sources/source.ts';

// Registering rules
export {
  deprecatedRule,
  documentedRuleDefault,
  formatDefault,
  isSameDefault,
  ruleDefault,
} from './rules/defaults.ts';
export type {
  DeprecatedRule,
  DocumentedRuleDefaultOptions,
  Operation,
  RuleDefault,
  RuleDefaultOptions,
} from './rules/defaults.ts';
export type { DeprecationNotice, FileRule } from './rules/deprecation.ts';

// The rule language
export { formatCheck, isCheck } from './checks/check.ts';
export { checkRules } from './rules/check-rules.ts';
export { formatRules } from './rules/format.ts';
export type { CheckRulesOptions } from './rules/check-rules.ts';
export type {
  AndCheck,
  Check,
  CustomCheck,
  FalseCheck,
  GenericCheck,
  KindCheck,
  NotCheck,
  OrCheck,
  RemoteCheck,
  RoleCheck,
  RuleCheck,
  TrueCheck,
} from './checks/check.ts';
export { parseRule } from './checks/parse.ts';
export type { ParseProblem } from './checks/parse.ts';
export { CheckRegistry } from './checks/registry.ts';
export type { CheckContext, CustomCheckFactory, CustomCheckFunction } from './checks/registry.ts';

// Python values JavaScript cannot express
export { Float, Tuple } from './python/values.ts';

// Options
export { optionGroups, osloPolicyOptions } from './option-groups.ts';
export type { OsloPolicyOptionTypes } from './option-groups.ts';
export { resolvePolicyOptions } from './options.ts';
export type { OsloPolicyOptions, PolicyOptions, ResolvedPolicyOptions } from './options.ts';
export type { PythonParts, YamlReader } from './python/parts.ts';
export type { YamlDocument } from './yaml/document.ts';

// Events
export {
  deniedChannel,
  deprecationChannel,
  jsonFileChannel,
  reloadChannel,
  reloadFailedChannel,
  remoteUnknownChannel,
} from './channels.ts';
export type {
  DeniedEvent,
  JsonFileEvent,
  ReloadEvent,
  ReloadFailedEvent,
  RemoteUnknownEvent,
} from './channels.ts';

// Errors
export {
  AsyncCheckError,
  DuplicatePolicyError,
  EvaluationError,
  InvalidContextObjectError,
  InvalidDefinitionError,
  InvalidRuleDefaultError,
  InvalidScopeError,
  PolicyError,
  PolicyLoadError,
  PolicyNotAuthorizedError,
  PolicyNotRegisteredError,
  PolicyOptionsError,
  RemoteCheckError,
  YamlError,
  PythonPartsMissingError,
} from './errors.ts';
export type { PolicyIssue, Position, PythonErrorKind } from './errors.ts';
