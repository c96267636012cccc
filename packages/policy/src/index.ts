export { formatCheck, isCheck } from './checks/check.ts';
export { parseRule } from './checks/parse.ts';
export { CheckRegistry } from './checks/registry.ts';
export { EvaluationError, PolicyError } from './errors.ts';

export type { Check } from './checks/check.ts';
export type { ParseProblem } from './checks/parse.ts';
export type { CheckContext, CustomCheckFactory, CustomCheckFunction } from './checks/registry.ts';
export type { PythonErrorKind } from './errors.ts';
