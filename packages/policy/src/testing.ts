// Writing tests
export { definePersonas } from './testing/personas.ts';
export { stubHttpChecks } from './testing/http-stub.ts';
export { readPolicySuite } from './testing/suite.ts';

export type { Personas } from './testing/personas.ts';
export type { StubbedAnswer } from './testing/http-stub.ts';
export type { Outcome, PolicyCase, PolicyMatrix, PolicySuite } from './testing/suite.ts';

// Running them
export { runPolicyTests } from './testing/run.ts';
export { updateMatrices } from './testing/update.ts';

export type { PolicyTestReport, PolicyTestResult } from './testing/run.ts';

// Reporting
export { formatCoverage, formatLcov, PolicyCoverage } from './testing/coverage.ts';
export { formatJunit, formatResults } from './testing/reports.ts';

export type { OperandCoverage, RuleCoverage } from './testing/coverage.ts';
