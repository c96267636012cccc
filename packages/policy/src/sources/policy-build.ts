import { createHash } from 'node:crypto';
import type { Check } from '../checks/check.ts';
import { EvaluationError, YamlError, type PolicyIssue, type Position } from '../errors.ts';
import { readPolicyText } from '../files/policy-text.ts';
import { str } from '../python/text.ts';
import { entriesOf, isDict, isTruthy, typeName } from '../python/values.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import type { FileRule } from '../rules/deprecation.ts';
import { readRule } from '../rules/faults.ts';
import { findCycles, referencesOf } from '../rules/graph.ts';
import { Rules, type DefaultRule } from '../rules/rules.ts';
import { addDefaults, type SourceOptions } from './source.ts';

/** A file of a policy, as it was read. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/** What files and defaults come to: rules, and everything that is wrong with them. */
export interface BuiltPolicy {
  readonly rules: Rules;
  readonly fileRules: ReadonlyMap<unknown, FileRule>;
  readonly issues: readonly PolicyIssue[];
}

/** SHA-256 of the paths and texts of a policy's files. */
export const versionOf = (files: readonly PolicyFile[]): string => {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex');
};

/** Puts together one policy; made anew for every load. */
class PolicyBuilder {
  readonly issues: PolicyIssue[] = [];
  readonly fileRules = new Map<string, FileRule>();
  readonly #options: SourceOptions;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  addFile({ path, text }: PolicyFile): void {
    try {
      const document = readPolicyText(path, text);
      if (!isTruthy(document.value)) return;
      if (!isDict(document.value)) {
        throw new EvaluationError(
          'TypeError',
          `a policy file maps names to rules, this is a ${typeName(document.value)}`,
        );
      }
      for (const [name, rule] of entriesOf(document.value))
        this.#addRule(path, name, rule, () => document.locate(str(name)));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const isPlaced = error instanceof YamlError;
      this.#report(
        path,
        isPlaced ? error.position : undefined,
        undefined,
        isPlaced ? error.reason : error.message,
      );
    }
  }

  #addRule(file: string, name: unknown, rule: unknown, locate: FileRule['locate']): void {
    if (typeof name !== 'string') {
      this.#report(
        file,
        locate(),
        str(name),
        `the name of the rule is a ${typeName(name)}; put it in quotes`,
      );
      return;
    }
    const { check, faults } = readRule(rule, this.#options.checks);
    for (const fault of faults) this.#report(file, locate(), name, fault);
    this.fileRules.set(name, { checkStr: rule, check, file, locate });
  }

  #report(
    file: string | undefined,
    position: Position | undefined,
    rule: string | undefined,
    message: string,
  ): void {
    this.issues.push({ file, line: position?.line, column: position?.column, rule, message });
  }

  #reportRule(rule: string, message: string): void {
    const placed = this.fileRules.get(rule);
    this.#report(placed?.file, placed?.locate(), rule, message);
  }

  /** Faults of registered rules that no file overrides. */
  checkDefaults(registered: ReadonlyMap<string, RuleDefault>): void {
    for (const { name, checkStr } of registered.values()) {
      if (this.fileRules.has(name)) continue;
      for (const fault of readRule(checkStr, this.#options.checks).faults) this.#reportRule(name, fault);
    }
  }

  /** Rules that refer to undefined rules, or to themselves. */
  checkReferences(checks: ReadonlyMap<string, Check>): void {
    for (const [name, check] of checks) {
      for (const reference of referencesOf(check)) {
        if (!checks.has(reference)) this.#reportRule(name, `rule:${reference} is not defined`);
      }
    }
    for (const { rule, path } of findCycles(checks)) {
      this.#reportRule(rule, `the rule refers to itself: ${path.join(' -> ')}`);
    }
  }
}

/**
 * Puts a policy together from initial rules, files in order, and registered defaults, and finds everything
 * that Oslo would take without a word and that denies, raises or, worse, allows.
 */
export const buildPolicy = (
  files: readonly PolicyFile[],
  initial: ReadonlyMap<unknown, Check>,
  registered: ReadonlyMap<string, RuleDefault>,
  defaultRule: DefaultRule,
  options: SourceOptions,
): BuiltPolicy => {
  const builder = new PolicyBuilder(options);
  for (const file of files) builder.addFile(file);
  const { fileRules, issues } = builder;
  const set = new Map(initial);
  for (const [name, { check }] of fileRules) set.set(name, check);
  const checks = new Map([...set, ...addDefaults(registered, set, fileRules, options)]);
  builder.checkDefaults(registered);
  builder.checkReferences(checks as Map<string, Check>);
  return { rules: new Rules(checks, defaultRule), fileRules, issues };
};
