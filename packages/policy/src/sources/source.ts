import type { Check } from '../checks/check.ts';
import { deprecationChannel } from '../channels.ts';
import type { ResolvedPolicyOptions } from '../options.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import {
  removalNotice,
  resolveDefault,
  type DeprecationNotice,
  type FileRule,
} from '../rules/deprecation.ts';
import type { DefaultRule, Rules } from '../rules/rules.ts';

/** What a load came to. */
export interface LoadReport {
  /** The files the policy was read from, in the order in which they apply. */
  readonly files: readonly string[];
  /** How many rules are in force. */
  readonly count: number;
}

/** Where an enforcer's rules come from: registered defaults and files, put together in one of two ways. */
export interface RuleSource {
  /** The rules in force; another object whenever any rule changed. */
  readonly rules: Rules;
  /** The rules that came from files. */
  readonly fileRules: ReadonlyMap<unknown, FileRule>;
  readonly registered: ReadonlyMap<string, RuleDefault>;
  /** What decides for rules that do not exist. */
  readonly defaultRule: DefaultRule;
  /** Whether files are read. */
  readonly useConf: boolean;
  /** Called before every decision. */
  refresh(): void;
  load(signal?: AbortSignal): Promise<LoadReport>;
  loadSync(): LoadReport;
  register(rule: RuleDefault): void;
  setRules(checks: Iterable<readonly [unknown, Check]>, overwrite: boolean, useConf: boolean): void;
  clear(): void;
  close(): void;
}

/** The options a source needs. */
export type SourceOptions = ResolvedPolicyOptions;

const isSuppressed = (notice: DeprecationNotice, options: SourceOptions): boolean =>
  options.suppressDeprecationWarnings ||
  (notice.reason === 'default changed' && options.suppressDefaultChangeWarnings);

const announce = (notices: readonly (DeprecationNotice | undefined)[], options: SourceOptions): void => {
  if (!deprecationChannel.hasSubscribers) return;
  for (const notice of notices) {
    // @deprecation of others: the rules that a service itself deprecated
    if (notice !== undefined && !isSuppressed(notice, options)) deprecationChannel.publish(notice);
  }
};

/** The checks of the registered rules that are not set otherwise, and notices about those that are old. */
export const addDefaults = (
  registered: ReadonlyMap<string, RuleDefault>,
  known: ReadonlyMap<unknown, unknown>,
  fileRules: ReadonlyMap<unknown, FileRule>,
  options: SourceOptions,
): Map<string, Check> => {
  const added = new Map<string, Check>();
  for (const rule of registered.values()) {
    announce([removalNotice(rule, fileRules)], options);
    if (known.has(rule.name)) continue;
    const { check, notices } = resolveDefault(rule, fileRules, options.enforceNewDefaults, options.checks);
    announce(notices, options);
    added.set(rule.name, check);
  }
  return added;
};
