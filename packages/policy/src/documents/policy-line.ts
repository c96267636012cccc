import { dumpJson } from '../python/json.ts';
import { str } from '../python/text.ts';
import { typeName } from '../python/values.ts';
import { quoteYaml } from '../yaml/quote.ts';

/** Longer keys must not stand alone before a colon in YAML. */
const MAX_SIMPLE_KEY = 1000;

/** The value of a rule on one line: a text in quotes, a list in the brackets of JSON. */
export const formatRuleValue = (value: unknown): string => {
  if (typeof value === 'string') return quoteYaml(value);
  const type = typeName(value);
  if (type === 'list' || type === 'dict' || type === 'tuple' || type === 'NoneType') return dumpJson(value);
  return type === 'bool' ? String(value) : str(value);
};

/** A rule as a line of a policy file, `"name": "rule"`, without the line's end. */
export const formatPolicyLine = (name: string, value: unknown): string => {
  const key = quoteYaml(name);
  const text = formatRuleValue(value);
  return key.length > MAX_SIMPLE_KEY ? `? ${key}\n: ${text}` : `${key}: ${text}`;
};
