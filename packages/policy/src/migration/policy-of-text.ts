import { viewOf } from '../analysis/enforcer-view.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import { operandsOf, type Check } from '../checks/check.ts';
import { parseRule } from '../checks/parse.ts';
import { CheckRegistry } from '../checks/registry.ts';
import { EvaluationError, PolicyLoadError, type PolicyIssue } from '../errors.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import { resolveDefault, type FileRule } from '../rules/deprecation.ts';
import { readPolicyRules } from './policy-rules.ts';

/** What a policy file stands on: what the service registers, and how old defaults count. */
export interface PolicyGround {
  /** The rules the service registers. */
  readonly policies: Iterable<RuleDefault>;
  /** The service's own kinds of checks. @default none */
  readonly checks?: CheckRegistry;
  /** Whether old defaults no longer count. @default true */
  readonly enforceNewDefaults?: boolean;
  /** The rule that decides for rules that do not exist. @default 'default' */
  readonly policyDefaultRule?: string;
}

/** {@link PolicyGround} with its defaults in place. */
export interface ResolvedGround {
  readonly registered: ReadonlyMap<string, RuleDefault>;
  readonly checks: CheckRegistry;
  readonly enforceNewDefaults: boolean;
  readonly defaultRule: string;
}

export const resolveGround = (ground: PolicyGround): ResolvedGround => ({
  registered: new Map(Array.from(ground.policies, (rule) => [rule.name, rule])),
  checks: ground.checks ?? new CheckRegistry(),
  enforceNewDefaults: ground.enforceNewDefaults ?? true,
  defaultRule: ground.policyDefaultRule ?? 'default',
});

/** Deeper rules are refused: no one reads them, and they could exhaust the stack. */
const MAX_DEPTH = 500;

const isTooDeep = (root: Check): boolean => {
  let level: readonly Check[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap(operandsOf);
  }
  return false;
};

/**
 * The rules of a file as Oslo reads them, also those that fail open: what they mean must not change unnoticed.
 * @throws PolicyLoadError (ERR_POLICY_LOAD) for a file that Oslo cannot load
 */
export const readFileRules = (path: string, text: string, checks: CheckRegistry): Map<string, FileRule> => {
  const issues: PolicyIssue[] = [];
  const rules = new Map<string, FileRule>();
  for (const [name, checkStr] of readPolicyRules(path, text)) {
    const report = (message: string): void => {
      issues.push({ file: path, line: undefined, column: undefined, rule: name, message });
    };
    try {
      const check = parseRule(checkStr, checks);
      if (isTooDeep(check)) report(`operators are nested deeper than ${MAX_DEPTH}`);
      rules.set(name, { checkStr, check, file: path, locate: () => undefined });
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      report(`the rule is neither text nor a list: ${error.message}`);
    }
  }
  if (issues.length > 0) throw new PolicyLoadError(issues);
  return rules;
};

/** What decides for a registered rule, given the rules of files. */
export const effectiveCheck = (
  rule: RuleDefault,
  fileRules: ReadonlyMap<string, FileRule>,
  { enforceNewDefaults, checks }: ResolvedGround,
): Check =>
  fileRules.get(rule.name)?.check ?? resolveDefault(rule, fileRules, enforceNewDefaults, checks).check;

/** The policy in force with these rules in a file, for the analysis. */
export const viewOfRules = (fileRules: ReadonlyMap<string, FileRule>, ground: ResolvedGround): PolicyView => {
  const rules = new Map(Array.from(fileRules, ([name, { check }]) => [name, check]));
  for (const rule of ground.registered.values()) {
    if (!rules.has(rule.name)) rules.set(rule.name, effectiveCheck(rule, fileRules, ground));
  }
  return viewOf({ ...ground, fileRules, registeredRules: ground.registered, rules });
};
