import type { PolicyView } from '../analysis/policy-view.ts';
import { SCOPES, type Scope } from '../analysis/facts.ts';
import { whoCan } from '../analysis/who-can.ts';
import { CheckRegistry } from '../checks/registry.ts';
import { resolveGround, viewOfRules } from '../migration/policy-of-text.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import { methodsOf, type PolicySection } from './sample.ts';
import { str } from '../python/text.ts';

/** What a reference says about one rule. */
export interface RuleReference {
  readonly name: string;
  /** The rule, as text; empty for one that allows everybody. */
  readonly checkStr: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly operations: readonly { readonly method: string; readonly path: string }[];
  /** Any when empty. */
  readonly scopeTypes: readonly string[];
  /** What the rule was before, or that it is going away. */
  readonly deprecation: string | undefined;
  /** For each scope the smallest sets of facts that are enough; undefined for a rule that refers to itself. */
  readonly ways: Readonly<Record<Scope, readonly string[]>> | undefined;
}

/** What a reference says about one service, or one part of it. */
export interface SectionReference {
  readonly name: string;
  readonly rules: readonly RuleReference[];
}

const byName = (a: PolicySection, b: PolicySection): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

const oneLine = (text: string | null | undefined): string => (text ?? '').trim().replace(/\s+/g, ' ');

const paragraphsOf = (description: string | null): string[] =>
  (description ?? '')
    .split(/\n\s*\n/)
    .map(oneLine)
    .filter((paragraph) => paragraph !== '');

const deprecationOf = (rule: RuleDefault): string | undefined => {
  const { deprecatedRule: old } = rule;
  if (rule.deprecatedForRemoval) {
    return `Deprecated for removal since ${str(rule.deprecatedSince)}. ${oneLine(rule.deprecatedReason)}`.trim();
  }
  if (old === undefined) return undefined;
  const since = old.deprecatedSince ?? rule.deprecatedSince ?? 'this release';
  const before = old.name === rule.name ? 'this was' : `this was named ${old.name} and was`;
  const reason = oneLine(old.deprecatedReason ?? rule.deprecatedReason);
  return `Before ${since}, ${before} "${str(old.checkStr)}". ${reason}`.trim();
};

const waysOf = (policy: PolicyView, rule: string): RuleReference['ways'] => {
  const ways = whoCan(policy, rule);
  if (ways === undefined) return undefined;
  const inScope = (scope: Scope): string[] =>
    ways
      .filter((way) => way.scope === scope)
      .map(({ facts }) => (facts.length === 0 ? 'everybody' : facts.join(' and ')));
  const [project, domain, system] = SCOPES.map(inScope);
  return { project: project ?? [], domain: domain ?? [], system: system ?? [] };
};

/**
 * What there is to say about the registered rules of services, with who may do what they guard by default.
 * @param options `checks` are the services' own kinds
 */
export const describePolicies = (
  sections: readonly PolicySection[],
  { checks = new CheckRegistry() }: { readonly checks?: CheckRegistry } = {},
): SectionReference[] => {
  const ground = resolveGround({ policies: sections.flatMap(({ rules }) => rules), checks });
  const policy = viewOfRules(new Map(), ground);
  return [...sections].sort(byName).map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => ({
      name: rule.name,
      checkStr: str(rule.checkStr),
      description: paragraphsOf(rule.description),
      operations: rule.operations.flatMap(methodsOf),
      scopeTypes: rule.scopeTypes,
      deprecation: deprecationOf(rule),
      ways: waysOf(policy, rule.name),
    })),
  }));
};
