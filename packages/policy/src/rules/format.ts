import { formatCheck, type Check } from '../checks/check.ts';
import { quoteJson } from '../python/json.ts';
import { str } from '../python/text.ts';

/**
 * Rules as JSON, as Oslo prints them: a rule that always allows is empty.
 * @parity oslo.policy 6.0.0 policy.py Rules.__str__ — same
 */
export const formatRules = (rules: ReadonlyMap<unknown, Check>): string => {
  const lines = Array.from(rules, ([name, check]) => {
    const text = check.type === 'true' ? '' : formatCheck(check);
    return `\n    ${quoteJson(str(name))}: ${quoteJson(text)}`;
  });
  return lines.length === 0 ? '{}' : `{${lines.join(',')}\n}`;
};
