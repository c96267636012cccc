import { parseDuration, type Duration, type Milliseconds } from '@oslofjord/config';
import type { Check } from './checks/check.ts';
import { CheckRegistry } from './checks/registry.ts';
import { PolicyOptionsError } from './errors.ts';
import type { RuleDefault } from './rules/defaults.ts';
import type { PythonParts } from './python/parts.ts';

/** The options of oslo.policy's group `[oslo_policy]`, under their own names in camel case. */
export interface OsloPolicyOptions {
  /**
   * Whether only new defaults count. Otherwise a rule whose default changed also allows what the old default
   * allowed, until a file overrides it.
   * @default true
   */
  readonly enforceNewDefaults?: boolean;
  /** The file with the operator's rules; a relative path is looked for in `configDirs`. @default 'policy.yaml' */
  readonly policyFile?: string;
  /** The rule that decides for rules that do not exist. @default 'default' */
  readonly policyDefaultRule?: string;
  /** Directories with more files, which apply after `policyFile` in the order of their names. @default ['policy.d'] */
  readonly policyDirs?: readonly string[];
  /** How remote servers are asked. @default 'application/x-www-form-urlencoded' */
  readonly remoteContentType?: 'application/x-www-form-urlencoded' | 'application/json';
  /** Whether the certificate of remote servers is verified. @default true; false with `compat: 'oslo'` */
  readonly remoteSslVerifyServerCrt?: boolean;
  /** A file with the certificate authorities that are trusted beside the built-in ones. */
  readonly remoteSslCaCrtFile?: string | undefined;
  /** A file with the client's certificate. */
  readonly remoteSslClientCrtFile?: string | undefined;
  /** A file with the client's key. */
  readonly remoteSslClientKeyFile?: string | undefined;
  /** How long a remote server may take. @default 60 seconds */
  readonly remoteTimeout?: Duration;
}

/** What an enforcer is made of. Everything is optional. */
export interface PolicyOptions extends OsloPolicyOptions {
  /** The rules the service registers. @default none */
  readonly policies?: Iterable<RuleDefault>;
  /**
   * `'oslo'` reproduces oslo.policy 6.0.0 in everything, also where it fails open, and reads its files again
   * when their time changed. Otherwise what fails open is refused when the policy is loaded.
   * @default strict
   */
  readonly compat?: 'oslo' | 'strict';
  /** How many remote checks are asked at a time; others wait for their turn. @default 16 */
  readonly remoteConcurrency?: number;
  /** Where relative paths are looked for, in order. @default the working directory */
  readonly configDirs?: readonly string[];
  /** Rules that hold before any file is read, by name. */
  readonly rules?: Readonly<Record<string, unknown>>;
  /** Like `policyDefaultRule`, and wins over it; a check decides by itself. */
  readonly defaultRule?: string | Check;
  /**
   * With `compat: 'oslo'` and `policyFile` left at its default, whether `policy.json` is read when there is no
   * `policy.yaml`, as oslo.policy 4 does.
   * @default false
   */
  readonly fallbackToJsonFile?: boolean;
  /** Whether files are read at all. @default true */
  readonly useConf?: boolean;
  /**
   * With `compat: 'oslo'`, whether a file replaces rules that were set before. Otherwise it always adds to them.
   * @default true
   */
  readonly overwrite?: boolean;
  /**
   * Whether files are read again when their content changes: `'watch'` looks every `reloadInterval` once
   * `load()` has been called, `'off'` never looks. With `compat: 'oslo'` every decision looks. @default 'watch'
   */
  readonly reload?: 'watch' | 'off';
  /** How often `'watch'` looks. @default 1 second */
  readonly reloadInterval?: Duration;
  /** Kinds of checks beside the built-in ones. @default none */
  readonly checks?: CheckRegistry;
  /**
   * What files, kinds and formats beyond the plain ones need; `python` of `@oslofjord/policy/python`. Only for
   * `loadSync()`: `load()` fetches it by itself when it is needed.
   */
  readonly python?: PythonParts;
  /** Whether notices about deprecated rules are left out. @default false */
  readonly suppressDeprecationWarnings?: boolean;
  /** Whether notices about changed defaults are left out. @default false */
  readonly suppressDefaultChangeWarnings?: boolean;
}

/** {@link PolicyOptions} with every default in place. */
export interface ResolvedPolicyOptions extends Omit<
  Required<PolicyOptions>,
  OptionalFile | 'python' | 'remoteTimeout' | 'reloadInterval'
> {
  readonly remoteSslCaCrtFile: string | undefined;
  readonly remoteSslClientCrtFile: string | undefined;
  readonly remoteSslClientKeyFile: string | undefined;
  readonly python: PythonParts | undefined;
  readonly remoteTimeout: Milliseconds;
  readonly reloadInterval: Milliseconds;
}

type OptionalFile = 'remoteSslCaCrtFile' | 'remoteSslClientCrtFile' | 'remoteSslClientKeyFile';

interface Issue {
  readonly path: string;
  readonly message: string;
}

const CONTENT_TYPES = ['application/x-www-form-urlencoded', 'application/json'] as const;

const checkChoice = (path: string, value: unknown, choices: readonly string[]): Issue[] =>
  value === undefined || choices.includes(value as string)
    ? []
    : [{ path, message: `must be one of ${choices.join(', ')}` }];

const checkDuration = (path: string, value: Duration | undefined): Issue[] => {
  try {
    if (value !== undefined) parseDuration(value);
    return [];
  } catch {
    return [{ path, message: "must be seconds or a duration as '500ms'" }];
  }
};

const checkCount = (path: string, value: number | undefined): Issue[] =>
  value === undefined || (Number.isInteger(value) && value > 0)
    ? []
    : [{ path, message: 'must be a whole number above 0' }];

const checkTexts = (path: string, value: unknown): Issue[] =>
  value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    ? []
    : [{ path, message: 'must be a list of texts' }];

const findIssues = (options: PolicyOptions): Issue[] => [
  ...checkChoice('compat', options.compat, ['oslo', 'strict']),
  ...checkChoice('reload', options.reload, ['watch', 'off']),
  ...checkChoice('remoteContentType', options.remoteContentType, CONTENT_TYPES),
  ...checkCount('remoteConcurrency', options.remoteConcurrency),
  ...checkDuration('remoteTimeout', options.remoteTimeout),
  ...checkDuration('reloadInterval', options.reloadInterval),
  ...checkTexts('policyDirs', options.policyDirs),
  ...checkTexts('configDirs', options.configDirs),
];

/**
 * Completes options with their defaults.
 * @throws PolicyOptionsError (ERR_POLICY_OPTIONS) listing every option that is wrong
 */
export const resolvePolicyOptions = (options: PolicyOptions): ResolvedPolicyOptions => {
  const issues = findIssues(options);
  if (issues.length > 0) throw new PolicyOptionsError(issues);
  const policyDefaultRule = options.policyDefaultRule ?? 'default';
  const compat = options.compat ?? 'strict';
  return Object.freeze({
    policies: [...(options.policies ?? [])],
    compat,
    configDirs: options.configDirs ?? [process.cwd()],
    enforceNewDefaults: options.enforceNewDefaults ?? true,
    policyFile: options.policyFile ?? 'policy.yaml',
    fallbackToJsonFile: options.fallbackToJsonFile ?? false,
    policyDirs: options.policyDirs ?? ['policy.d'],
    policyDefaultRule,
    defaultRule:
      options.defaultRule === undefined || options.defaultRule === ''
        ? policyDefaultRule
        : options.defaultRule,
    remoteContentType: options.remoteContentType ?? CONTENT_TYPES[0],
    remoteSslVerifyServerCrt: options.remoteSslVerifyServerCrt ?? compat !== 'oslo',
    remoteSslCaCrtFile: options.remoteSslCaCrtFile,
    remoteSslClientCrtFile: options.remoteSslClientCrtFile,
    remoteSslClientKeyFile: options.remoteSslClientKeyFile,
    remoteTimeout: parseDuration(options.remoteTimeout ?? 60),
    remoteConcurrency: options.remoteConcurrency ?? 16,
    rules: options.rules ?? {},
    useConf: options.useConf ?? true,
    overwrite: options.overwrite ?? true,
    reload: options.reload ?? 'watch',
    reloadInterval: parseDuration(options.reloadInterval ?? 1),
    checks: options.checks ?? new CheckRegistry(),
    python: options.python,
    suppressDeprecationWarnings: options.suppressDeprecationWarnings ?? false,
    suppressDefaultChangeWarnings: options.suppressDefaultChangeWarnings ?? false,
  });
};
