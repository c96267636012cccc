import { formatCheck, isCheck, type Check } from '../checks/check.ts';
import type { Enforcer } from '../enforcer.ts';
import { checkOf } from '../rules/defaults.ts';
import type { FileRule } from '../rules/deprecation.ts';
import type { PolicyView, RuleSource, RuleView } from './policy-view.ts';

/** The name under which a default rule that is a check, not a name, stands among the rules. */
const NAMELESS_DEFAULT = '(default rule)';

const fileSource = ({ file, locate }: FileRule): Extract<RuleSource, { type: 'file' }> => {
  const position = locate();
  return { type: 'file', file, ...(position === undefined ? {} : { line: position.line }) };
};

/** What of an enforcer says which policy is in force. */
export type PolicyHolder = Pick<
  Enforcer,
  'checks' | 'defaultRule' | 'fileRules' | 'registeredRules' | 'rules'
>;

/** Whether a rule is its registered default as it stands, old defaults not added. */
const isDefaultCheck = (enforcer: PolicyHolder, name: string, check: Check): boolean => {
  const registered = enforcer.registeredRules.get(name);
  return registered !== undefined && formatCheck(checkOf(registered, enforcer.checks)) === formatCheck(check);
};

/** The policy an enforcer has in force, for the analysis. */
export const viewOf = (enforcer: PolicyHolder): PolicyView => {
  const { registeredRules, fileRules, defaultRule } = enforcer;
  const sourceOf = (name: string, isDefault: boolean): RuleSource => {
    const inFile = fileRules.get(name);
    if (inFile !== undefined) return fileSource(inFile);
    const registered = registeredRules.get(name);
    const old = registered?.deprecatedRule;
    if (old === undefined || isDefault)
      return registered === undefined ? { type: 'set' } : { type: 'default' };
    const underOldName = fileRules.get(old.name);
    return underOldName === undefined
      ? { type: 'default-with-deprecated', deprecatedRule: old.name }
      : { ...fileSource(underOldName), type: 'deprecated-name', deprecatedRule: old.name };
  };
  const rules = new Map<string, RuleView>();
  for (const [name, check] of enforcer.rules) {
    const registered = registeredRules.get(name);
    rules.set(name, {
      check,
      scopeTypes: registered?.scopeTypes ?? [],
      source: sourceOf(name, registered !== undefined && isDefaultCheck(enforcer, name, check)),
    });
  }
  if (isCheck(defaultRule)) {
    rules.set(NAMELESS_DEFAULT, { check: defaultRule, scopeTypes: [], source: { type: 'set' } });
  }
  return {
    rules,
    defaultRule: isCheck(defaultRule) ? NAMELESS_DEFAULT : (defaultRule ?? undefined),
  };
};
