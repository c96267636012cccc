import type { Enforcer } from '../enforcer.ts';
import { InvalidDefinitionError } from '../errors.ts';
import { str } from '../python/text.ts';
import { findBrokenReferences } from './references.ts';

/** How {@link checkRules} goes about it. */
export interface CheckRulesOptions {
  /** Throw instead of answering. @default false */
  readonly orThrow?: boolean;
  /** Whether undefined rules are overlooked. @default false */
  readonly skipUndefinedCheck?: boolean;
}

/**
 * Looks for rules that refer to undefined rules or to themselves, as Oslo does: not below `not`.
 * @returns whether there are none
 * @throws InvalidDefinitionError (ERR_POLICY_INVALID_DEFINITION) with `orThrow`, when there are any
 * @parity oslo.policy 6.0.0 policy.py Enforcer.check_rules — same
 */
export const checkRules = (
  enforcer: Enforcer,
  { orThrow = false, skipUndefinedCheck = false }: CheckRulesOptions = {},
): boolean => {
  const { undefinedIn, cyclic } = findBrokenReferences(enforcer.rules);
  const broken = [...(skipUndefinedCheck ? [] : undefinedIn), ...cyclic];
  if (orThrow && broken.length > 0) throw new InvalidDefinitionError(broken.map(str));
  return broken.length === 0;
};
