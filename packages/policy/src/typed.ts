export { definePolicies } from './typed/policies.ts';
export type {
  Checked,
  Policies,
  RuleDeclaration,
  RuleDeclarations,
  TargetKeys,
  TargetOf,
  TypedEnforcer,
  UndefinedReferences,
} from './typed/policies.ts';
