import type { Credentials } from '../checks/credentials.ts';
import { toPlain } from '../documents/written-defaults.ts';
import { EvaluationError, PolicySuiteError } from '../errors.ts';
import { str } from '../python/text.ts';
import { isDict } from '../python/values.ts';
import { readYaml } from '../yaml/read.ts';
import { definePersonas, type Personas } from './personas.ts';

/** How a decision can come out. */
export type Outcome = 'allow' | 'deny' | 'error';

/** One request, and what is to be decided. */
export interface PolicyCase {
  readonly name: string;
  readonly rule: string;
  readonly credentials: Credentials;
  readonly target: Readonly<Record<string, unknown>>;
  readonly expect: Outcome;
}

/** Who of all personas is allowed what. */
export interface PolicyMatrix {
  readonly name: string;
  readonly target: Readonly<Record<string, unknown>>;
  /** The rules it covers; all registered ones when undefined. */
  readonly rules: readonly string[] | undefined;
  /** By rule the personas it allows. */
  readonly allowed: Readonly<Record<string, readonly string[]>>;
}

/** A file of policy tests. */
export interface PolicySuite {
  readonly name: string;
  readonly personas: Personas;
  readonly cases: readonly PolicyCase[];
  readonly matrices: readonly PolicyMatrix[];
}

interface Issue {
  readonly path: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

const OUTCOMES: ReadonlySet<unknown> = new Set<Outcome>(['allow', 'deny', 'error']);

/** Reads the parts of a suite, collecting what is wrong. */
class SuiteReader {
  readonly issues: Issue[] = [];

  #report(path: string, message: string): void {
    this.issues.push({ path, message });
  }

  fields(value: unknown, path: string, known: readonly string[]): Fields {
    if (value === undefined || value === null) return {};
    if (!isDict(value)) {
      this.#report(path, 'must be a mapping');
      return {};
    }
    for (const key of Object.keys(value)) {
      if (known.length > 0 && !known.includes(key))
        this.#report(`${path}.${key}`, `is none of ${known.join(', ')}`);
    }
    return value as Fields;
  }

  list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.#report(path, 'must be a list');
    return [];
  }

  texts(value: unknown, path: string): readonly string[] {
    const list = this.list(value, path);
    if (!list.every((item) => typeof item === 'string')) this.#report(path, 'must be a list of texts');
    return list.map(String);
  }

  personas(value: unknown): Personas {
    const personas = this.fields(value, 'personas', []) as Personas;
    try {
      return definePersonas(personas);
    } catch (error) {
      if (!(error instanceof PolicySuiteError)) throw error;
      this.issues.push(...error.issues);
      return {};
    }
  }

  case(value: unknown, index: number, personas: Personas): PolicyCase {
    const path = `cases[${index}]`;
    const fields = this.fields(value, path, ['name', 'rule', 'persona', 'credentials', 'target', 'expect']);
    const { rule, persona, expect } = fields;
    if (typeof rule !== 'string') this.#report(`${path}.rule`, 'must name a rule');
    if (!OUTCOMES.has(expect)) this.#report(`${path}.expect`, 'must be allow, deny or error');
    if ((persona === undefined) === (fields.credentials === undefined)) {
      this.#report(path, 'needs either a persona or credentials');
    }
    const isKnown = typeof persona === 'string' && Object.hasOwn(personas, persona);
    if (persona !== undefined && !isKnown) {
      this.#report(`${path}.persona`, `there is no persona ${str(persona)}`);
    }
    const title = `${str(rule)}: ${persona === undefined ? 'somebody' : str(persona)} → ${str(expect)}`;
    return {
      name: typeof fields.name === 'string' ? fields.name : title,
      rule: str(rule),
      credentials: isKnown
        ? (personas[persona] ?? {})
        : this.fields(fields.credentials, `${path}.credentials`, []),
      target: this.fields(fields.target, `${path}.target`, []),
      expect: expect as Outcome,
    };
  }

  matrix(value: unknown, index: number, personas: Personas): PolicyMatrix {
    const path = `matrix[${index}]`;
    const fields = this.fields(value, path, ['name', 'target', 'rules', 'allowed']);
    const allowed = this.fields(fields.allowed, `${path}.allowed`, []);
    const lists = Object.entries(allowed).map(([rule, list]) => {
      const names = this.texts(list, `${path}.allowed.${rule}`);
      for (const name of names) {
        if (!Object.hasOwn(personas, name))
          this.#report(`${path}.allowed.${rule}`, `there is no persona ${name}`);
      }
      return [rule, names] as const;
    });
    return {
      name: typeof fields.name === 'string' ? fields.name : `matrix ${index + 1}`,
      target: this.fields(fields.target, `${path}.target`, []),
      rules: fields.rules === undefined ? undefined : this.texts(fields.rules, `${path}.rules`),
      allowed: Object.fromEntries(lists),
    };
  }
}

/**
 * Reads a file of policy tests: `personas` by name; `cases` with a rule, a persona or credentials, a target and what to
 * `expect`; and one `matrix` or several, with the personas that each rule allows.
 * @throws PolicySuiteError (ERR_POLICY_SUITE) listing everything that is wrong
 */
export const readPolicySuite = (text: string, name = 'policy tests'): PolicySuite => {
  let value: unknown;
  try {
    value = toPlain(readYaml(text).value);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new PolicySuiteError(name, [{ path: 'text', message: error.message }]);
  }
  const reader = new SuiteReader();
  const fields = reader.fields(value, 'file', ['personas', 'cases', 'matrix']);
  const personas = reader.personas(fields.personas);
  const cases = reader.list(fields.cases, 'cases').map((one, index) => reader.case(one, index, personas));
  const { matrix } = fields;
  const written = matrix === undefined || Array.isArray(matrix) ? reader.list(matrix, 'matrix') : [matrix];
  const matrices = written.map((one, index) => reader.matrix(one, index, personas));
  if (reader.issues.length > 0) throw new PolicySuiteError(name, reader.issues);
  return { name, personas, cases, matrices };
};
