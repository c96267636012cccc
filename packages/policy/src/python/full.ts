import { readYaml } from '../yaml/read.ts';
import { readFormat } from './format.ts';
import { evaluateLiteral } from './literal.ts';
import type { PythonParts } from './parts.ts';

/** All of Python that a policy can need, for the option `python` of an enforcer that cannot wait for `load()`. */
export const python: PythonParts = Object.freeze({ readYaml, evaluateLiteral, readFormat });
