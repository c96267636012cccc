import { scopeOf, type Credentials } from '../checks/credentials.ts';
import { CompiledPolicy } from './compiled-policy.ts';
import { ALWAYS, NEVER, type Diagram } from './decision-diagram.ts';
import { FactSpace, formatFact, type Fact } from './facts.ts';
import { applyFacts, isFactOf } from './fact-changes.ts';
import type { PolicyView, RuleSource } from './policy-view.ts';
import { ruleNamed, Tracer, type TraceStep } from './trace.ts';
import type { Literal } from './witness.ts';

/** A smallest set of facts that would have to change for the request to be allowed. */
export interface Suggestion {
  /** What would have to be so, in words: `role member`, `not role intern`, `system-scoped token`. */
  readonly facts: readonly string[];
  /** The request with these facts applied; the policy allows it. */
  readonly credentials: Credentials;
  readonly target: Readonly<Record<string, unknown>>;
}

/** Why a request is allowed or denied. */
export interface Explanation {
  readonly allowed: boolean;
  /** The rule that was asked for. */
  readonly rule: string;
  /** The rule that answered; undefined when there is none, not even a default rule. */
  readonly answeredBy: string | undefined;
  /** Where the check that answered comes from. */
  readonly source: RuleSource | undefined;
  readonly scope: {
    readonly token: 'system' | 'domain' | 'project';
    /** The scopes the rule allows; any when empty. */
    readonly allowed: readonly string[];
    readonly isAllowed: boolean;
  };
  readonly trace: TraceStep | undefined;
  /** Smallest sets of facts that would allow a denied request, the smallest first; each was tried. */
  readonly suggestions: readonly Suggestion[];
}

/** A way to a decision that allows, and how many facts it changes. */
interface Way {
  readonly changes: readonly Literal[];
}

const MAX_SUGGESTIONS = 8;
/** Ways tried per request before the search ends: policies have far fewer. */
const MAX_WAYS = 2000;

/**
 * Explains one decision: what each check came to and where it is written, and for a denial the smallest sets of facts
 * that would allow it. Every suggestion has been applied to the request and found to be allowed, and none of its proper
 * parts is enough. With `suggest: false` nothing is suggested.
 */
export const explain = (
  policy: PolicyView,
  rule: string,
  target: Readonly<Record<string, unknown>>,
  credentials: Credentials,
  { suggest: isAsked = true }: { readonly suggest?: boolean } = {},
): Explanation => {
  const decision = decide(policy, rule, target, credentials);
  const suggestions = decision.allowed || !isAsked ? [] : suggest(policy, rule, target, credentials);
  return { ...decision, suggestions };
};

const decide = (
  policy: PolicyView,
  rule: string,
  target: Readonly<Record<string, unknown>>,
  credentials: Credentials,
): Omit<Explanation, 'suggestions'> => {
  const answeredBy = ruleNamed(policy, rule);
  const answering = answeredBy === undefined ? undefined : policy.rules.get(answeredBy);
  const allowed = policy.rules.get(rule)?.scopeTypes ?? [];
  const token = scopeOf(credentials);
  const isAllowed = allowed.length === 0 || allowed.includes(token);
  const trace =
    answering === undefined || answeredBy === undefined
      ? undefined
      : new Tracer(policy, rule, target, credentials).trace(answering.check, [answeredBy]);
  return {
    allowed: isAllowed && trace?.result === true,
    rule,
    answeredBy,
    source: answering?.source,
    scope: { token, allowed, isAllowed },
    trace,
  };
};

const suggest = (
  policy: PolicyView,
  rule: string,
  target: Readonly<Record<string, unknown>>,
  credentials: Credentials,
): Suggestion[] => {
  const space = new FactSpace();
  const decision = new CompiledPolicy(policy, space).decision(rule);
  if (decision === undefined) return [];
  const isSo = (fact: Fact): boolean => isFactOf(fact, target, credentials);
  const found: Suggestion[] = [];
  const chosen: Set<string>[] = [];
  const ways = waysTo(space, decision, isSo).sort((a, b) => weight(a) - weight(b));
  for (const { changes } of ways) {
    if (found.length >= MAX_SUGGESTIONS) break;
    const texts = changes.map(({ fact, holds }) => `${holds ? '' : 'not '}${formatFact(fact)}`);
    // A larger set that holds a chosen one says nothing new.
    if (chosen.some((smaller) => [...smaller].every((text) => texts.includes(text)))) continue;
    const applied = applyFacts(changes, target, credentials);
    if (applied === undefined || !decide(policy, rule, applied.target, applied.credentials).allowed) continue;
    if (properParts(changes).some((part) => isEnough(policy, rule, part, target, credentials))) continue;
    chosen.push(new Set(texts));
    found.push({ facts: texts, ...applied });
  }
  return found;
};

/** Gaining something is asked for rather than losing something. */
const weight = ({ changes }: Way): number => changes.reduce((sum, { holds }) => sum + (holds ? 1 : 3), 0);

const isEnough = (
  policy: PolicyView,
  rule: string,
  part: readonly Literal[],
  target: Readonly<Record<string, unknown>>,
  credentials: Credentials,
): boolean => {
  const applied = applyFacts(part, target, credentials);
  return applied !== undefined && decide(policy, rule, applied.target, applied.credentials).allowed;
};

/** All parts of a set but itself and the empty one; sets here have a handful of members. */
const properParts = (changes: readonly Literal[]): Literal[][] => {
  if (changes.length > 6) return changes.map((_, left) => changes.filter((__, index) => index !== left));
  const parts: Literal[][] = [];
  for (let mask = 1; mask < 2 ** changes.length - 1; mask += 1) {
    parts.push(changes.filter((_, index) => (mask & (1 << index)) !== 0));
  }
  return parts;
};

/** Every way through the diagram to a decision that allows, as the facts that differ from the request. */
const waysTo = (space: FactSpace, decision: Diagram, isSo: (fact: Fact) => boolean): Way[] => {
  const ways: Way[] = [];
  const changes: Literal[] = [];
  const visit = (node: Diagram): void => {
    if (node === NEVER || ways.length >= MAX_WAYS) return;
    if (node === ALWAYS) {
      // Leaving one scope is part of entering another.
      const isScopeLeft = ({ fact, holds }: Literal): boolean => fact.type === 'scope' && !holds;
      ways.push({ changes: changes.filter((change) => !isScopeLeft(change)) });
      return;
    }
    const fact = space.fact(space.diagrams.variableOf(node));
    const now = isSo(fact);
    visit(space.diagrams.branch(node, now));
    if (fact.type === 'opaque') return;
    changes.push({ fact, holds: !now });
    visit(space.diagrams.branch(node, !now));
    changes.pop();
  };
  visit(decision);
  return ways;
};
