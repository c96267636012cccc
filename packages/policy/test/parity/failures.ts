import {
  DuplicatePolicyError,
  EvaluationError,
  InvalidContextObjectError,
  InvalidDefinitionError,
  InvalidRuleDefaultError,
  InvalidScopeError,
  PolicyLoadError,
  PolicyNotAuthorizedError,
  PolicyNotRegisteredError,
} from '../../src/errors.ts';
import { repr, str } from '../../src/python/text.ts';
import type { Json } from './values.ts';

/** The exception a request may ask for instead of PolicyNotAuthorized. */
export class CustomError extends Error {
  readonly args: readonly unknown[];

  constructor(args: readonly unknown[]) {
    super();
    this.args = args;
  }
}

const ofOslo = (type: string, message: string): Json => ({ type, message, module: 'oslo_policy.policy' });
const builtin = (type: string, message: string): Json => ({ type, message, module: 'builtins' });

const describeDefault = (error: InvalidRuleDefaultError): Json =>
  error.part === 'scopeTypes' || error.part === 'deprecation'
    ? builtin('ValueError', error.message.replace('Invalid policy rule default: ', ''))
    : ofOslo('InvalidRuleDefault', error.message);

const describeArguments = (values: readonly unknown[]): string => {
  if (values.length === 1) return str(values[0]);
  return values.length === 0 ? '' : `(${values.map(repr).join(', ')})`;
};

/** An error as the recorded answers describe the exception Python raises for it. */
export const describeError = (error: unknown): Json => {
  if (error instanceof EvaluationError) {
    if (error.kind === 'RecursionError') return builtin('RecursionError', '');
    if (error.kind === 'ConnectionError')
      return { ...builtin(error.kind, error.message), module: 'requests.exceptions' };
    return builtin(error.kind, error.message);
  }
  if (error instanceof CustomError) {
    return { type: 'CustomError', message: describeArguments(error.args), module: '__main__' };
  }
  if (error instanceof PolicyNotAuthorizedError) return ofOslo('PolicyNotAuthorized', error.message);
  if (error instanceof InvalidScopeError) return ofOslo('InvalidScope', error.message);
  if (error instanceof PolicyNotRegisteredError) return ofOslo('PolicyNotRegistered', error.message);
  if (error instanceof InvalidContextObjectError) return ofOslo('InvalidContextObject', error.message);
  if (error instanceof DuplicatePolicyError) return ofOslo('DuplicatePolicyError', error.message);
  if (error instanceof InvalidDefinitionError) return ofOslo('InvalidDefinitionError', error.message);
  if (error instanceof InvalidRuleDefaultError) return describeDefault(error);
  if (error instanceof PolicyLoadError) {
    return { type: 'PolicyLoadError', message: error.message, module: 'oslofjord', issues: error.issues };
  }
  throw error;
};
