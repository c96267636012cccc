import { EvaluationError, PolicyLoadError, YamlError } from '../errors.ts';
import { hasAtMost } from '../python/extent.ts';
import { entriesOf, isDict, isTruthy, typeName } from '../python/values.ts';
import { readFlat } from '../yaml/flat.ts';
import { readYaml } from '../yaml/read.ts';

/** Values with more parts than this are refused: aliases can make a short text as large as they like. */
export const MAX_PARTS = 10_000;

const refused = (file: string, message: string, line?: number, column?: number): PolicyLoadError =>
  new PolicyLoadError([{ file, line, column, rule: undefined, message }]);

/**
 * The rules of a policy file, JSON or YAML, by name and in order, as they are written.
 * @throws PolicyLoadError (ERR_POLICY_LOAD) for a text that is neither, or maps no names to rules
 */
export const readPolicyRules = (path: string, text: string): Map<string, unknown> => {
  let value: unknown;
  try {
    ({ value } = readFlat(text) ?? readYaml(text));
  } catch (error) {
    if (error instanceof YamlError)
      throw refused(path, error.reason, error.position.line, error.position.column);
    if (error instanceof EvaluationError) throw refused(path, error.message);
    throw error;
  }
  if (!isTruthy(value)) return new Map();
  if (!isDict(value)) throw refused(path, `a policy file maps names to rules, this is a ${typeName(value)}`);
  const rules = new Map<string, unknown>();
  for (const [name, rule] of entriesOf(value)) {
    if (typeof name !== 'string') {
      throw refused(path, `the name of the rule ${String(name)} is a ${typeName(name)}; put it in quotes`);
    }
    if (!hasAtMost(rule, MAX_PARTS)) throw refused(path, `the rule ${name} has more than ${MAX_PARTS} parts`);
    rules.set(name, rule);
  }
  return rules;
};
