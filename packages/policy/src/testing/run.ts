import { viewOf } from '../analysis/enforcer-view.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import { ruleNamed, Tracer } from '../analysis/trace.ts';
import { scopeOf, type Credentials } from '../checks/credentials.ts';
import type { Enforcer } from '../enforcer.ts';
import { PolicyCoverage } from './coverage.ts';
import type { Outcome, PolicyMatrix, PolicySuite } from './suite.ts';

/** How one test came out. */
export interface PolicyTestResult {
  readonly name: string;
  /** `cases`, or the name of the matrix. */
  readonly group: string;
  readonly rule: string;
  readonly expected: string;
  readonly actual: string;
  readonly isPassed: boolean;
  /** For a decision that could not be made, why. */
  readonly error?: string;
}

/** What the tests of a suite came to. */
export interface PolicyTestReport {
  readonly suite: string;
  readonly results: readonly PolicyTestResult[];
  readonly coverage: PolicyCoverage;
  /** Each matrix as the policy would have it. */
  readonly matrices: readonly PolicyMatrix[];
}

interface Decision {
  readonly outcome: Outcome;
  readonly error?: string;
}

type Target = Readonly<Record<string, unknown>>;

/** Decides and counts. */
class Runner {
  readonly coverage: PolicyCoverage;
  readonly #enforcer: Enforcer;
  readonly #policy: PolicyView;

  constructor(enforcer: Enforcer) {
    this.#enforcer = enforcer;
    this.#policy = viewOf(enforcer);
    this.coverage = new PolicyCoverage(this.#policy);
  }

  get registered(): string[] {
    return [...this.#enforcer.registeredRules.keys()];
  }

  async decide(rule: string, target: Target, credentials: Credentials): Promise<Decision> {
    this.#count(rule, target, credentials);
    try {
      const isAllowed = await this.#enforcer.enforceAsync(rule, target, { ...credentials });
      return { outcome: isAllowed ? 'allow' : 'deny' };
    } catch (error) {
      return { outcome: 'error', error: error instanceof Error ? error.message : String(error) };
    }
  }

  #count(rule: string, target: Target, credentials: Credentials): void {
    const answering = ruleNamed(this.#policy, rule);
    const view = answering === undefined ? undefined : this.#policy.rules.get(answering);
    if (answering === undefined || view === undefined) return;
    const scopes = this.#policy.rules.get(rule)?.scopeTypes ?? [];
    // A token of the wrong scope is denied before any check is tried.
    if (scopes.length > 0 && !scopes.includes(scopeOf(credentials))) return;
    this.coverage.record(
      answering,
      new Tracer(this.#policy, rule, target, credentials).trace(view.check, [answering]),
    );
  }
}

const listOf = (names: readonly string[] | undefined): string =>
  names === undefined ? 'not in the matrix' : names.length === 0 ? 'nobody' : [...names].sort().join(', ');

const runMatrix = async (
  runner: Runner,
  suite: PolicySuite,
  matrix: PolicyMatrix,
): Promise<{ results: PolicyTestResult[]; matrix: PolicyMatrix }> => {
  const results: PolicyTestResult[] = [];
  const allowed: [string, readonly string[]][] = [];
  for (const rule of matrix.rules ?? runner.registered) {
    const names: string[] = [];
    for (const [persona, credentials] of Object.entries(suite.personas)) {
      const { outcome } = await runner.decide(rule, matrix.target, credentials);
      if (outcome === 'allow') names.push(persona);
    }
    allowed.push([rule, names]);
    const expected = listOf(Object.hasOwn(matrix.allowed, rule) ? matrix.allowed[rule] : undefined);
    const actual = listOf(names);
    results.push({ name: rule, group: matrix.name, rule, expected, actual, isPassed: expected === actual });
  }
  const known = new Set(allowed.map(([rule]) => rule));
  for (const rule of Object.keys(matrix.allowed).filter((name) => !known.has(name))) {
    const expected = listOf(matrix.allowed[rule]);
    results.push({ name: rule, group: matrix.name, rule, expected, actual: 'no such rule', isPassed: false });
  }
  return { results, matrix: { ...matrix, allowed: Object.fromEntries(allowed) } };
};

/**
 * Runs a suite of policy tests against an enforcer that has loaded its policy, and counts what they tried. A matrix
 * without a list of rules covers all registered ones, so that a new rule is noticed.
 */
export const runPolicyTests = async (enforcer: Enforcer, suite: PolicySuite): Promise<PolicyTestReport> => {
  const runner = new Runner(enforcer);
  const results: PolicyTestResult[] = [];
  for (const { name, rule, target, credentials, expect } of suite.cases) {
    const { outcome, error } = await runner.decide(rule, target, credentials);
    results.push({
      name,
      group: 'cases',
      rule,
      expected: expect,
      actual: outcome,
      isPassed: outcome === expect,
      ...(error === undefined ? {} : { error }),
    });
  }
  const matrices: PolicyMatrix[] = [];
  for (const matrix of suite.matrices) {
    const ran = await runMatrix(runner, suite, matrix);
    results.push(...ran.results);
    matrices.push(ran.matrix);
  }
  return { suite: suite.name, results, coverage: runner.coverage, matrices };
};
