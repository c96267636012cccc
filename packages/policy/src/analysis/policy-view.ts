import type { Check } from '../checks/check.ts';

/** Where the check of a rule comes from. */
export type RuleSource =
  | { readonly type: 'default' }
  /** The default, and with it the old one that is still honoured. */
  | { readonly type: 'default-with-deprecated'; readonly deprecatedRule: string }
  /** An override of the rule's old name. */
  | {
      readonly type: 'deprecated-name';
      readonly deprecatedRule: string;
      readonly file?: string;
      readonly line?: number;
    }
  | { readonly type: 'file'; readonly file: string; readonly line?: number }
  | { readonly type: 'set' };

/** A rule in force. */
export interface RuleView {
  readonly check: Check;
  /** The scopes a token may have; any when empty. */
  readonly scopeTypes: readonly string[];
  readonly source: RuleSource;
}

/** A policy as it is in force: what the analysis looks at. */
export interface PolicyView {
  readonly rules: ReadonlyMap<string, RuleView>;
  /** The rule that answers for rules that do not exist. */
  readonly defaultRule: string | undefined;
}
