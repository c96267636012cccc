import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../checks/check.ts';
import { DuplicatePolicyError, EvaluationError } from '../errors.ts';
import { findPath, listDirectory, readTextSync } from '../files/find.ts';
import { readPolicyText } from '../files/policy-text.ts';
import { importPython } from '../python/fetch.ts';
import { entriesOf, isDict, isTruthy, typeName } from '../python/values.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import type { FileRule } from '../rules/deprecation.ts';
import { parseRules } from '../rules/given-rules.ts';
import { Rules, type DefaultRule } from '../rules/rules.ts';
import { addDefaults, type LoadReport, type RuleSource, type SourceOptions } from './source.ts';

interface CachedFile {
  readonly time: bigint;
  readonly text: string;
}

const modifiedAt = (path: string): bigint => statSync(path, { bigint: true }).mtimeNs;

/** The newest time of a directory and of what is directly in it. */
const directoryTime = (directory: string): bigint => {
  if (!statSync(directory).isDirectory()) {
    throw new EvaluationError('ValueError', `${directory} is not a directory`);
  }
  const times = [directory, ...readdirSync(directory).map((name) => join(directory, name))].map(modifiedAt);
  return times.reduce((newest, time) => (time > newest ? time : newest));
};

/**
 * Reads rules as Oslo does: files are looked at before every decision and read again when their time is
 * later than it was; a file that is gone takes its rules with it; a broken one fails one decision and leaves
 * the old rules.
 * @parity oslo.policy 6.0.0 policy.py Enforcer.load_rules, _cache_handler.py — same
 */
export class OsloSource implements RuleSource {
  rules: Rules;
  fileRules: ReadonlyMap<unknown, FileRule> = new Map();
  readonly registered: ReadonlyMap<string, RuleDefault>;
  useConf: boolean;
  defaultRule: DefaultRule;
  #policyPath: string | undefined;
  readonly #options: SourceOptions;
  readonly #registered = new Map<string, RuleDefault>();
  readonly #files = new Map<string, CachedFile>();
  readonly #directories = new Map<string, bigint>();

  constructor(options: SourceOptions) {
    this.#options = options;
    this.registered = this.#registered;
    this.defaultRule = options.defaultRule;
    this.useConf = options.useConf;
    this.rules = new Rules(parseRules(options.rules, options.checks), this.defaultRule);
    for (const rule of options.policies) this.register(rule);
  }

  register(rule: RuleDefault): void {
    if (this.registered.has(rule.name)) throw new DuplicatePolicyError(rule.name);
    this.#registered.set(rule.name, rule);
  }

  setRules(checks: Iterable<readonly [unknown, Check]>, overwrite: boolean, useConf: boolean): void {
    this.useConf = useConf;
    this.rules = overwrite ? new Rules(checks, this.defaultRule) : this.rules.with(checks);
  }

  clear(): void {
    this.defaultRule = null;
    this.setRules([], true, false);
    this.#policyPath = undefined;
    this.#directories.clear();
    this.#files.clear();
    this.#registered.clear();
    this.fileRules = new Map();
  }

  close(): void {
    // Nothing is held between decisions.
  }

  refresh(): void {
    this.#refresh(false);
  }

  async load(): Promise<LoadReport> {
    await importPython();
    return this.loadSync();
  }

  loadSync(): LoadReport {
    this.useConf = true;
    this.#refresh(true);
    return { files: [...this.#files.keys()], count: this.rules.checks.size };
  }

  #refresh(force: boolean): void {
    if (!this.useConf) return;
    const { policyFile, fallbackToJsonFile } = this.#options;
    const fallback = fallbackToJsonFile && policyFile === 'policy.yaml' ? 'policy.json' : policyFile;
    this.#policyPath ??= this.#find(policyFile) ?? this.#find(fallback);
    const isChanged =
      this.#policyPath !== undefined && this.#loadFile(this.#policyPath, force, this.#options.overwrite);
    this.#loadDirectories(force, isChanged);
    const added = addDefaults(this.registered, this.rules.checks, this.fileRules, this.#options);
    if (added.size > 0) this.rules = this.rules.with(added);
  }

  #find(path: string): string | undefined {
    return findPath(path, this.#options.configDirs);
  }

  /** When any directory changed, the main file and all directories apply anew, one over the other. */
  #loadDirectories(force: boolean, isFileChanged: boolean): void {
    let isChanged = force || isFileChanged;
    const directories: string[] = [];
    for (const path of this.#options.policyDirs) {
      const directory = this.#find(path);
      if (directory === undefined) continue;
      directories.push(directory);
      isChanged = this.#isDirectoryUpdated(directory) || isChanged;
    }
    if (!isChanged || directories.length === 0) return;
    const { overwrite } = this.#options;
    if (this.#policyPath === undefined) {
      if (overwrite) this.rules = new Rules([], this.defaultRule);
    } else if (!isFileChanged && overwrite) {
      this.#loadFile(this.#policyPath, true, overwrite);
    }
    for (const directory of directories) {
      for (const path of listDirectory(directory)) this.#loadFile(path, true, false);
    }
  }

  #isDirectoryUpdated(directory: string): boolean {
    const time = directoryTime(directory);
    if (time <= (this.#directories.get(directory) ?? 0n)) return false;
    this.#directories.set(directory, time);
    return true;
  }

  #loadFile(path: string, force: boolean, overwrite: boolean): boolean {
    const { isFresh, text } = this.#readCached(path, force);
    if (!isFresh && this.rules.checks.size > 0) return false;
    const { value } = readPolicyText(path, text);
    const parsed: unknown = isTruthy(value) ? value : new Map();
    if (!isDict(parsed)) {
      throw new EvaluationError('AttributeError', `'${typeName(parsed)}' object has no attribute 'items'`);
    }
    const checks = parseRules(parsed, this.#options.checks);
    this.setRules(checks, overwrite, true);
    const fileRules = new Map(overwrite ? [] : this.fileRules);
    for (const [name, checkStr] of entriesOf(parsed)) {
      const check = checks.get(name);
      if (check !== undefined) fileRules.set(name, { checkStr, check, file: path, locate: () => undefined });
    }
    this.fileRules = fileRules;
    return true;
  }

  #readCached(path: string, force: boolean): { isFresh: boolean; text: string } {
    if (force) this.#files.delete(path);
    let time: bigint;
    try {
      time = modifiedAt(path);
    } catch {
      return { isFresh: true, text: '' };
    }
    const cached = this.#files.get(path);
    if (cached !== undefined && time <= cached.time) return { isFresh: false, text: cached.text };
    const text = readTextSync(path);
    this.#files.set(path, { time, text });
    return { isFresh: true, text };
  }
}
