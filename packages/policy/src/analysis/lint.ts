import { formatCheck, operandsOf, type Check, type KindCheck } from '../checks/check.ts';
import { classifyKind } from '../checks/kinds.ts';
import { parseRule } from '../checks/parse.ts';
import type { CheckRegistry } from '../checks/registry.ts';
import { templateOf } from '../checks/walk.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import { CompiledPolicy } from './compiled-policy.ts';
import { ALWAYS, NEVER } from './decision-diagram.ts';
import { FactSpace } from './facts.ts';
import type { PolicyView } from './policy-view.ts';
import { findWitness } from './witness.ts';

/** What can be wrong with a rule. */
export type FindingKind =
  | 'never-allows'
  | 'always-allows'
  | 'redundant-operand'
  | 'unreachable-scope'
  | 'undefined-reference'
  | 'cyclic'
  | 'raises'
  | 'missing-rule-prefix'
  | 'wrong-deprecated-name'
  | 'unknown-name';

/** One thing that is wrong with a policy, proved. */
export interface Finding {
  readonly kind: FindingKind;
  readonly rule: string;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

/** What to look at. */
export interface LintSubject {
  /** The policy in force. */
  readonly policy: PolicyView;
  /** The defaults a service registers; their old rules are looked at, too. */
  readonly defaults?: readonly RuleDefault[];
  readonly registry?: CheckRegistry;
  /** Names that credentials can have, dots included; any other is reported. @default not looked at */
  readonly knownCredentials?: readonly string[];
  /** Keys that targets can have; any other is reported. @default not looked at */
  readonly knownTargetKeys?: readonly string[];
  /** Roles there are; any other is reported. @default not looked at */
  readonly knownRoles?: readonly string[];
}

/**
 * Finds what is wrong with a policy, by proof rather than by habit: a finding says what no request, or every request,
 * would show. Findings come in the order of rules.
 */
export const lintPolicy = (subject: LintSubject): Finding[] => {
  const { policy, defaults = [] } = subject;
  const space = new FactSpace();
  const compiled = new CompiledPolicy(policy, space);
  return [
    ...[...policy.rules].flatMap(([rule, { check }]) => lintRule(subject, space, compiled, rule, check)),
    ...defaults.flatMap((rule) => lintDeprecation(subject, rule)),
  ].sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
};

const lintRule = (
  subject: LintSubject,
  space: FactSpace,
  compiled: CompiledPolicy,
  rule: string,
  check: Check,
): Finding[] => {
  const { policy } = subject;
  const found = (kind: FindingKind, message: string): Finding => ({ kind, rule, message });
  const findings = leavesOf(check).flatMap((leaf) => lintLeaf(subject, leaf, found));
  const meaning = compiled.check(rule);
  if (meaning === undefined) {
    return [...findings, found('cyclic', `${rule} refers to itself; every decision on it fails`)];
  }
  // What a rule only takes over from another one is that one's finding.
  const isItsOwn = check.type !== 'rule';
  if (isItsOwn && meaning === ALWAYS && check.type !== 'true') {
    return [
      ...findings,
      found('always-allows', `${formatCheck(check)} allows everybody: write "@" if that is meant`),
    ];
  }
  if (isItsOwn && check.type !== 'false' && findWitness(space, meaning).type === 'impossible') {
    return [
      ...findings,
      found('never-allows', `${formatCheck(check)} allows nobody: write "!" if that is meant`),
    ];
  }
  const decision = compiled.decision(rule) ?? NEVER;
  const scopes = policy.rules.get(rule)?.scopeTypes ?? [];
  if (meaning !== NEVER && scopes.length > 0 && findWitness(space, decision).type === 'impossible') {
    const message = `no token of scope ${scopes.join(' or ')} can satisfy ${formatCheck(check)}`;
    findings.push(found('unreachable-scope', message));
  }
  return [...findings, ...redundantOperands(compiled, check, found)];
};

type Report = (kind: FindingKind, message: string) => Finding;

const leavesOf = (check: Check): KindCheck[] => {
  if (check.type === 'true' || check.type === 'false') return [];
  if (check.type === 'and' || check.type === 'or' || check.type === 'not') {
    return operandsOf(check).flatMap(leavesOf);
  }
  return [check];
};

const lintLeaf = (subject: LintSubject, check: KindCheck, found: Report): Finding[] => {
  const { policy } = subject;
  const text = formatCheck(check);
  if (check.type === 'rule') {
    if (policy.rules.has(check.match)) return [];
    const { defaultRule } = policy;
    const outcome =
      defaultRule !== undefined && policy.rules.has(defaultRule)
        ? `the rule ${defaultRule} answers for it`
        : 'it denies, and below "not" it allows everybody';
    return [found('undefined-reference', `${text} refers to a rule that does not exist: ${outcome}`)];
  }
  if (check.type === 'custom') return [];
  const template = templateOf(check);
  if (template.fault !== undefined) {
    return [found('raises', `${text} fails whenever it is tried: ${template.fault}`)];
  }
  if (check.type === 'generic') {
    const kind = classifyKind(check.kind);
    if (kind.type === 'invalid') {
      const message = `${text} fails whenever it is tried: ${check.kind} is neither a name nor a literal of Python`;
      return [found('raises', message)];
    }
    // A rule's name written as a check reads as a credential of that name, which no token has.
    if (policy.rules.has(text)) {
      return [
        found(
          'missing-rule-prefix',
          `${text} is a rule's name and never true as a check: write rule:${text}`,
        ),
      ];
    }
  }
  return unknownNames(subject, check, found);
};

const unknownNames = (subject: LintSubject, check: KindCheck, found: Report): Finding[] => {
  const { knownCredentials, knownTargetKeys, knownRoles } = subject;
  const findings: Finding[] = [];
  const text = formatCheck(check);
  const { keys } = templateOf(check);
  for (const key of knownTargetKeys === undefined
    ? []
    : keys.filter((name) => !knownTargetKeys.includes(name))) {
    findings.push(found('unknown-name', `${text} asks for ${key}, which no target has`));
  }
  if (check.type === 'role' && keys.length === 0 && knownRoles !== undefined) {
    const isKnown = knownRoles.some((role) => role.toLowerCase() === check.match.toLowerCase());
    if (!isKnown) findings.push(found('unknown-name', `there is no role ${check.match}`));
  }
  const kind = check.type === 'generic' ? classifyKind(check.kind) : undefined;
  if (kind?.type === 'path' && knownCredentials !== undefined) {
    const path = kind.segments.join('.');
    if (!knownCredentials.includes(path)) {
      findings.push(found('unknown-name', `${text} asks for ${path}, which no credentials have`));
    }
  }
  return findings;
};

/** Operands without which an `and` or `or` decides the same. Of two that make each other redundant the later counts. */
const redundantOperands = (compiled: CompiledPolicy, check: Check, found: Report): Finding[] => {
  const findings: Finding[] = [];
  const visit = (node: Check): void => {
    if (node.type === 'and' || node.type === 'or') {
      let kept = [...node.checks];
      const whole = compiled.compile(node);
      for (const operand of [...node.checks].reverse()) {
        const others = kept.filter((other) => other !== operand);
        if (others.length === 0 || compiled.compile({ type: node.type, checks: others }) !== whole) continue;
        kept = others;
        const message = `${formatCheck(operand)} changes nothing in ${formatCheck(node)} and can be left out`;
        findings.push(found('redundant-operand', message));
      }
    }
    operandsOf(node).forEach(visit);
  };
  visit(check);
  return findings;
};

const lintDeprecation = ({ policy, registry }: LintSubject, rule: RuleDefault): Finding[] => {
  const old = rule.deprecatedRule;
  if (old === undefined) return [];
  const findings: Finding[] = [];
  if (old.name.startsWith('rule:')) {
    findings.push({
      kind: 'wrong-deprecated-name',
      rule: rule.name,
      message: `the deprecated rule is named ${old.name}, prefix included: an override of ${old.name.slice(5)} in a file is never recognised`,
    });
  }
  for (const leaf of leavesOf(parseRule(old.checkStr, registry))) {
    const text = formatCheck(leaf);
    if (leaf.type !== 'generic' || !policy.rules.has(text)) continue;
    findings.push({
      kind: 'missing-rule-prefix',
      rule: rule.name,
      message: `in the deprecated check ${text} is a rule's name and never true as a check: write rule:${text}`,
    });
  }
  return findings;
};
