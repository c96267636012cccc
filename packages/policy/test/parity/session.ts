import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseRule } from '../../src/checks/parse.ts';
import { CheckRegistry, type CustomCheckFactory } from '../../src/checks/registry.ts';
import { EvaluationError, type PythonErrorKind } from '../../src/errors.ts';
import { Enforcer } from '../../src/enforcer.ts';
import type { PolicyOptions } from '../../src/options.ts';
import { getKey, isDict } from '../../src/python/values.ts';
import { repr } from '../../src/python/text.ts';
import {
  documentedRuleDefault,
  ruleDefault,
  type DocumentedRuleDefaultOptions,
  type RuleDefault,
  type RuleDefaultOptions,
} from '../../src/rules/defaults.ts';
import { python } from '../../src/python/full.ts';
import type { Json } from './values.ts';

/** A registered default from its description in a request. */
export const makeDefault = (given: Json): RuleDefault => {
  const old = given.deprecated_rule as Json | null | undefined;
  const options = {
    name: given.name,
    checkStr: given.check_str,
    description: given.description ?? null,
    scopeTypes: given.scope_types,
    deprecatedForRemoval: given.deprecated_for_removal ?? false,
    deprecatedReason: given.deprecated_reason ?? null,
    deprecatedSince: given.deprecated_since ?? null,
    deprecatedRule: old
      ? {
          name: old.name,
          checkStr: old.check_str,
          deprecatedReason: old.deprecated_reason ?? null,
          deprecatedSince: old.deprecated_since ?? null,
        }
      : undefined,
  } as RuleDefaultOptions;
  const operations = given.operations;
  return operations === undefined || operations === null
    ? ruleDefault(options)
    : documentedRuleDefault({ ...options, operations } as DocumentedRuleDefaultOptions);
};

const customCheck = (spec: Json): CustomCheckFactory => {
  const { type, value, exc } = spec;
  return (_kind, match) =>
    (target, credentials, { currentRule }) => {
      switch (type) {
        case 'const':
        case 'legacy_const':
          return value;
        case 'raise':
          throw new EvaluationError(exc as PythonErrorKind, exc === 'KeyError' ? repr('custom') : 'custom');
        case 'current_rule':
          return currentRule === match;
        case 'target_has':
          return isDict(target) && getKey(target, match) !== undefined;
        default: {
          const [left = '', right = ''] = match.split(',');
          return (getKey(target as object, left) ?? null) === (getKey(credentials, right) ?? null);
        }
      }
    };
};

const registryOf = (specs: Json | undefined): CheckRegistry => {
  const registry = new CheckRegistry();
  for (const [kind, spec] of Object.entries(specs ?? {})) {
    registry.register(kind === '$default' ? null : kind, customCheck(spec as Json));
  }
  return registry;
};

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const camelKeys = (given: Json): Json =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [camelCase(name), value]));

interface FileSpec {
  readonly text?: string;
  readonly mtime?: number;
  readonly mode?: string;
}

/** An enforcer with a directory of its own. */
export class Session {
  readonly enforcer: Enforcer;
  readonly registry: CheckRegistry;
  readonly directory: string = mkdtempSync(join(tmpdir(), 'policy-parity-'));

  constructor(request: Json, compat: 'oslo' | 'strict') {
    this.write((request.files as Json | undefined) ?? {});
    this.registry = registryOf(request.checks as Json | undefined);
    // What 6.0.0 accepts and no longer looks at.
    const {
      defaultRule,
      rules,
      fallbackToJsonFile: _,
      ...enforcer
    } = camelKeys((request.enforcer as Json | undefined) ?? {});
    const fallback =
      typeof defaultRule === 'object' && defaultRule !== null ? (defaultRule as Json).check : undefined;
    this.enforcer = new Enforcer({
      ...camelKeys((request.conf as Json | undefined) ?? {}),
      ...enforcer,
      ...(defaultRule === undefined
        ? {}
        : { defaultRule: fallback === undefined ? defaultRule : parseRule(fallback) }),
      ...(rules === undefined ? {} : { rules }),
      policies: ((request.defaults as Json[] | undefined) ?? []).map(makeDefault),
      checks: this.registry,
      configDirs: [this.directory],
      reload: 'off',
      compat,
      python,
    } as unknown as PolicyOptions);
    const direct = request.rules;
    if (direct !== undefined) this.enforcer.setRules(direct as Json);
  }

  /** Writes files: texts, texts with a time in seconds, or null to delete. */
  write(files: Json): void {
    for (const [name, given] of Object.entries(files)) {
      const path = join(this.directory, name);
      if (given === null) {
        rmSync(path, { force: true });
        continue;
      }
      const { text, mtime, mode } = (typeof given === 'string' ? { text: given } : given) as FileSpec;
      mkdirSync(dirname(path), { recursive: true });
      if (text !== undefined) writeFileSync(path, text);
      if (mtime !== undefined) utimesSync(path, mtime, mtime);
      if (mode !== undefined) chmodSync(path, Number.parseInt(mode, 8));
    }
  }

  close(): void {
    this.enforcer.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
