import { formatCheck } from '../checks/check.ts';
import { parseRule, type ParseProblem } from '../checks/parse.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import type { FileRule } from '../rules/deprecation.ts';
import { referencesOf } from '../rules/graph.ts';
import { effectiveCheck, type ResolvedGround } from './policy-of-text.ts';

/** What becomes of one rule of a file. */
export type Step =
  /** It stays in the file as a comment: without it the policy is the same. */
  | { readonly type: 'comment-out'; readonly why: string }
  /** Its value goes to these names instead. */
  | { readonly type: 'rename'; readonly to: readonly string[] }
  /** It stays, and its value goes to these names, too. */
  | { readonly type: 'copy'; readonly to: readonly string[]; readonly why: string }
  /** It stays as it is under an old name, because the new name would decide for more. */
  | { readonly type: 'keep'; readonly why: string }
  /** It is prose, not a rule. */
  | { readonly type: 'prose' };

/** What becomes of a file: steps for the rules that do not stay as they are, and the rules it will hold. */
export interface Plan {
  readonly steps: ReadonlyMap<string, Step>;
  readonly result: ReadonlyMap<string, FileRule>;
}

/** Which changes are wanted. */
export interface PlanOptions {
  /** Whether old names give way to new ones. */
  readonly upgradeNames: boolean;
  /** Whether rules that say what holds anyway become comments. */
  readonly commentOutDefaults: boolean;
}

/** Keys under which people put prose into JSON, which has no comments. */
const COMMENT_KEY = /^(?:_|\/\/|#|\$|comment)/i;

/** Something in a text that is meant as a check, if perhaps a wrong one. */
const CHECK = /(?:^|[\s(])[\w.'"-]+:\S/;

const isSameCheck = (a: FileRule['check'], b: FileRule['check']): boolean =>
  formatCheck(a) === formatCheck(b);

/** Makes a plan step by step; after each the rules of the file decide as before. */
class Planner {
  readonly steps = new Map<string, Step>();
  readonly rules: Map<string, FileRule>;
  readonly #before: ReadonlyMap<string, FileRule>;
  readonly #ground: ResolvedGround;
  #count = 0;

  constructor(rules: ReadonlyMap<string, FileRule>, ground: ResolvedGround) {
    this.#before = rules;
    this.rules = new Map(rules);
    this.#ground = ground;
  }

  /** How many steps were decided so far. */
  get count(): number {
    return this.#count;
  }

  #set(name: string, step: Step): void {
    this.steps.set(name, step);
    this.#count += 1;
  }

  markProse(): void {
    const known = this.#knownNames();
    for (const [name, { checkStr }] of this.#before) {
      if (known.has(name)) continue;
      const problems: ParseProblem[] = [];
      parseRule(checkStr, this.#ground.checks, problems);
      const isSentence = typeof checkStr === 'string' && problems.length > 0 && !CHECK.test(checkStr);
      if (!COMMENT_KEY.test(name) && !isSentence) continue;
      this.#set(name, { type: 'prose' });
      this.rules.delete(name);
    }
  }

  upgradeNames(): void {
    const successors = this.#successors();
    for (const [old, rule] of this.#before) {
      const news = successors.get(old);
      const step = this.steps.get(old);
      if (step?.type === 'copy' && this.#reasonToKeep(old) === undefined) {
        // What referred to it is gone meanwhile.
        this.#set(old, { type: 'rename', to: step.to });
        this.rules.delete(old);
      } else if (news !== undefined && step === undefined) this.#upgradeName(old, rule, news, successors);
    }
  }

  commentOutDefaults(): void {
    const successors = this.#successors();
    for (const [name] of this.#before) {
      const rule = this.#ground.registered.get(name);
      const step = this.steps.get(name);
      if (rule === undefined || (step !== undefined && step.type !== 'copy')) continue;
      const others = new Map(this.rules);
      others.delete(name);
      // A name of today may be the old name of other rules, for which it decides as well.
      const concerned = [rule, ...(successors.get(name) ?? [])];
      if (!concerned.every((one) => this.#isSameWithout(one, others))) continue;
      // It equals the default, not only what the same file says under the old name.
      if (rule.deprecatedRule !== undefined) others.delete(rule.deprecatedRule.name);
      if (!this.#isSameWithout(rule, others)) continue;
      this.rules.delete(name);
      this.#set(
        name,
        step === undefined
          ? { type: 'comment-out', why: 'equals the default' }
          : { type: 'rename', to: step.to },
      );
    }
  }

  #isSameWithout(rule: RuleDefault, others: ReadonlyMap<string, FileRule>): boolean {
    return isSameCheck(
      effectiveCheck(rule, this.rules, this.#ground),
      effectiveCheck(rule, others, this.#ground),
    );
  }

  #upgradeName(
    old: string,
    rule: FileRule,
    news: readonly RuleDefault[],
    successors: ReadonlyMap<string, readonly RuleDefault[]>,
  ): void {
    const without = new Map(this.#before);
    without.delete(old);
    const to = news.filter(
      (successor) =>
        !isSameCheck(
          effectiveCheck(successor, this.#before, this.#ground),
          effectiveCheck(successor, without, this.#ground),
        ),
    );
    const names = to.map(({ name }) => name);
    // A new name may in turn be the old name of others, for which a rule under it would decide as well.
    const renamed = new Map([...this.rules, ...names.map((name) => [name, rule] as const)]);
    const others = names
      .flatMap((name) => successors.get(name) ?? [])
      .filter(({ name }) => !names.includes(name));
    const affected = others.find((one) => !this.#isSameWithout(one, renamed));
    if (affected !== undefined) {
      const why = `${names.join(', ')} is also an old name of ${affected.name}, which would change`;
      this.#set(old, { type: 'keep', why });
      return;
    }
    for (const name of names) this.rules.set(name, rule);
    const needed = this.#reasonToKeep(old);
    if (needed !== undefined) {
      if (names.length > 0) this.#set(old, { type: 'copy', to: names, why: needed });
      return;
    }
    this.rules.delete(old);
    const why = `decides nothing: ${news.map(({ name }) => name).join(', ')} ${news.length === 1 ? 'is' : 'are'} the same without it`;
    this.#set(old, names.length > 0 ? { type: 'rename', to: names } : { type: 'comment-out', why });
  }

  /** Why an old name has to stay; undefined when it can go. */
  #reasonToKeep(old: string): string | undefined {
    if (this.#ground.registered.has(old)) return 'it is also the name of a rule of today';
    if (old === this.#ground.defaultRule) return 'it decides for rules that do not exist';
    const user = this.#referringTo(old);
    return user === undefined ? undefined : `${user} refers to it`;
  }

  #referringTo(name: string): string | undefined {
    for (const [user, { check }] of this.rules) {
      if (user !== name && referencesOf(check).has(name)) return user;
    }
    for (const rule of this.#ground.registered.values()) {
      if (referencesOf(effectiveCheck(rule, this.rules, this.#ground)).has(name)) return rule.name;
    }
    return undefined;
  }

  #successors(): Map<string, RuleDefault[]> {
    const successors = new Map<string, RuleDefault[]>();
    for (const rule of this.#ground.registered.values()) {
      const old = rule.deprecatedRule?.name;
      if (old === undefined || old === rule.name) continue;
      successors.set(old, [...(successors.get(old) ?? []), rule]);
    }
    return successors;
  }

  /** Names that mean a rule: registered, old, referred to, or the default rule. */
  #knownNames(): Set<string> {
    const { registered, defaultRule } = this.#ground;
    const names = new Set([defaultRule, ...registered.keys()]);
    for (const rule of registered.values()) {
      if (rule.deprecatedRule !== undefined) names.add(rule.deprecatedRule.name);
      for (const name of referencesOf(effectiveCheck(rule, this.#before, this.#ground))) names.add(name);
    }
    for (const { check } of this.#before.values()) {
      for (const name of referencesOf(check)) names.add(name);
    }
    return names;
  }
}

/**
 * Decides what becomes of each rule of a policy file so that every registered rule decides as before. An explicit rule
 * under a new name is never touched by one under its old name; a rule that was split gives its value to all its
 * successors that it decides for.
 */
export const planMigration = (
  rules: ReadonlyMap<string, FileRule>,
  ground: ResolvedGround,
  { upgradeNames, commentOutDefaults }: PlanOptions,
): Plan => {
  const planner = new Planner(rules, ground);
  planner.markProse();
  let decided: number;
  // A rule that goes may have been the last one to refer to another.
  do {
    decided = planner.count;
    if (upgradeNames) planner.upgradeNames();
    if (commentOutDefaults) planner.commentOutDefaults();
  } while (planner.count > decided);
  return { steps: planner.steps, result: planner.rules };
};
