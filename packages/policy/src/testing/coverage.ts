import type { PolicyView, RuleView } from '../analysis/policy-view.ts';
import type { TraceStep } from '../analysis/trace.ts';
import { formatCheck, operandsOf, type Check } from '../checks/check.ts';

/** How often one check of a rule came out either way. */
export interface OperandCoverage {
  /** The check, as text. */
  readonly check: string;
  readonly passed: number;
  readonly failed: number;
}

/** What tests tried of one rule. */
export interface RuleCoverage {
  readonly rule: string;
  /** Where it stands, when that is a file. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** How often it was decided, also through other rules. */
  readonly hits: number;
  /** Its checks from left to right, operators left out. */
  readonly operands: readonly OperandCoverage[];
}

interface Counter {
  hits: number;
  readonly operands: { readonly check: Check; passed: number; failed: number }[];
}

const leavesOf = (check: Check): Check[] => {
  const operands = operandsOf(check);
  return operands.length === 0 ? [check] : operands.flatMap(leavesOf);
};

const placeOf = ({ source }: RuleView): { file: string | undefined; line: number | undefined } =>
  'file' in source ? { file: source.file, line: source.line } : { file: undefined, line: undefined };

/** Counts which rules and checks of a policy decisions went through. */
export class PolicyCoverage {
  readonly #policy: PolicyView;
  readonly #counters: ReadonlyMap<string, Counter>;

  constructor(policy: PolicyView) {
    this.#policy = policy;
    this.#counters = new Map(
      Array.from(policy.rules, ([name, { check }]) => [
        name,
        { hits: 0, operands: leavesOf(check).map((leaf) => ({ check: leaf, passed: 0, failed: 0 })) },
      ]),
    );
  }

  /** Counts one decision. @param rule the rule that answered, with how its check came out */
  record(rule: string, trace: TraceStep): void {
    const view = this.#policy.rules.get(rule);
    const counter = this.#counters.get(rule);
    if (view === undefined || counter === undefined) return;
    counter.hits += 1;
    this.#recordCheck(counter, view.check, trace, 0);
  }

  /** Follows a check and its trace. @returns the number of the operand after it */
  #recordCheck(counter: Counter, check: Check, step: TraceStep | undefined, at: number): number {
    const operands = operandsOf(check);
    if (operands.length > 0) {
      return operands.reduce(
        (next, operand, index) => this.#recordCheck(counter, operand, step?.steps[index], next),
        at,
      );
    }
    const operand = counter.operands[at];
    if (operand !== undefined && step?.result !== undefined) {
      if (step.result) operand.passed += 1;
      else operand.failed += 1;
    }
    const [inner] = step?.steps ?? [];
    if (step?.rule !== undefined && inner !== undefined) this.record(step.rule.name, inner);
    return at + 1;
  }

  /** What was counted, in the order of the policy's rules. */
  get rules(): RuleCoverage[] {
    return Array.from(this.#counters, ([rule, { hits, operands }]) => {
      const view = this.#policy.rules.get(rule);
      return {
        rule,
        ...(view === undefined ? { file: undefined, line: undefined } : placeOf(view)),
        hits,
        operands: operands.map(({ check, passed, failed }) => ({
          check: formatCheck(check),
          passed,
          failed,
        })),
      };
    });
  }
}

/** The ways a check can come out that no test has shown; `@` and `!` have only one. */
export const missingOutcomes = ({ check, passed, failed }: OperandCoverage): ('passes' | 'fails')[] => [
  ...(passed === 0 && check !== '!' ? (['passes'] as const) : []),
  ...(failed === 0 && check !== '@' ? (['fails'] as const) : []),
];

const outcomesOf = ({ check }: OperandCoverage): number => (check === '@' || check === '!' ? 1 : 2);

const share = (part: number, whole: number): string =>
  `${part} of ${whole}${whole === 0 ? '' : ` (${Math.floor((100 * part) / whole)} %)`}`;

/** What tests left out, for people to read. */
export const formatCoverage = (rules: readonly RuleCoverage[]): string => {
  const operands = rules.flatMap((rule) => rule.operands);
  const all = operands.reduce((sum, operand) => sum + outcomesOf(operand), 0);
  const missing = operands.reduce((sum, operand) => sum + missingOutcomes(operand).length, 0);
  const lines = [
    `rules tried: ${share(rules.filter(({ hits }) => hits > 0).length, rules.length)}`,
    `outcomes of checks seen: ${share(all - missing, all)}`,
  ];
  for (const rule of rules) {
    if (rule.hits === 0) lines.push(`  ${rule.rule}: never tried`);
    else {
      for (const operand of rule.operands) {
        const never = missingOutcomes(operand);
        if (never.length > 0) lines.push(`  ${rule.rule}: ${operand.check} never ${never.join(' or ')}`);
      }
    }
  }
  return lines.map((line) => `${line}\n`).join('');
};

const byFile = (rules: readonly RuleCoverage[]): Map<string, (RuleCoverage & { line: number })[]> => {
  const files = new Map<string, (RuleCoverage & { line: number })[]>();
  for (const rule of rules) {
    const { file, line } = rule;
    if (file === undefined || line === undefined) continue;
    files.set(file, [...(files.get(file) ?? []), { ...rule, line }]);
  }
  return files;
};

/**
 * Coverage in LCOV's format: a function and a line for each rule that stands in a file, a pair of branches for each of
 * its checks: passed, failed.
 */
export const formatLcov = (rules: readonly RuleCoverage[]): string => {
  const lines: string[] = [];
  for (const [file, inFile] of byFile(rules)) {
    const branches = inFile.flatMap(({ line, hits, operands }, block) =>
      operands
        .flatMap(({ passed, failed }) => [passed, failed])
        .map((taken, branch) => ({
          text: `BRDA:${line},${block},${branch},${hits === 0 ? '-' : taken}`,
          taken,
        })),
    );
    const nameOf = (rule: string): string => rule.replace(/[\r\n,]/g, '_');
    const isHit = inFile.filter(({ hits }) => hits > 0).length;
    lines.push(
      'TN:',
      `SF:${file}`,
      ...inFile.map(({ line, rule }) => `FN:${line},${nameOf(rule)}`),
      ...inFile.map(({ hits, rule }) => `FNDA:${hits},${nameOf(rule)}`),
      `FNF:${inFile.length}`,
      `FNH:${isHit}`,
      ...branches.map(({ text }) => text),
      `BRF:${branches.length}`,
      `BRH:${branches.filter(({ taken }) => taken > 0).length}`,
      ...inFile.map(({ line, hits }) => `DA:${line},${hits}`),
      `LF:${inFile.length}`,
      `LH:${isHit}`,
      'end_of_record',
    );
  }
  return lines.map((line) => `${line}\n`).join('');
};
