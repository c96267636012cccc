import { PythonPartsMissingError } from '../errors.ts';
import type { YamlDocument } from '../yaml/document.ts';
import type { LiteralResult } from './literal.ts';
import type { Template } from './template.ts';

/** Reads a YAML text as Python's safe loader does. */
export type YamlReader = (text: string) => YamlDocument;

/** The parts of Python that few policies need, and that are only fetched for those. */
export interface PythonParts {
  readonly readYaml: YamlReader;
  /** Decides whether a kind is a Python literal. */
  readonly evaluateLiteral: (text: string) => LiteralResult;
  /** Reads a `%` format of any form. */
  readonly readFormat: (format: string) => Template;
}

/** There is only one implementation: this remembers that it was fetched, not which. */
let fetched: PythonParts | undefined;

/** Makes the parts known that were imported statically. */
export const usePython = (parts: PythonParts): void => {
  fetched = parts;
};

/** Whether the parts are known. */
export const hasPython = (): boolean => fetched !== undefined;

/**
 * The parts, for something that cannot do without.
 * @throws PythonPartsMissingError (ERR_POLICY_PYTHON_PARTS_MISSING) while they have not been fetched
 */
export const requirePython = (subject: string): PythonParts => {
  if (fetched === undefined) throw new PythonPartsMissingError(subject);
  return fetched;
};
