import { setTimeout } from 'node:timers/promises';
import type { Milliseconds } from '@oslofjord/config';
import type { Check } from '../checks/check.ts';
import { formatCheck } from '../checks/check.ts';
import { reloadChannel, reloadFailedChannel } from '../channels.ts';
import {
  DuplicatePolicyError,
  PolicyLoadError,
  PythonPartsMissingError,
  type PolicyIssue,
} from '../errors.ts';
import { findPath, listDirectory, readText, readTextSync } from '../files/find.ts';
import { importPython } from '../python/fetch.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import type { FileRule } from '../rules/deprecation.ts';
import { readRules } from '../rules/given-rules.ts';
import { Rules, type DefaultRule } from '../rules/rules.ts';
import { buildPolicy, versionOf, type BuiltPolicy, type PolicyFile } from './policy-build.ts';
import type { LoadReport, RuleSource, SourceOptions } from './source.ts';

/** The names of the files that are read in a policy directory: not the backups an editor leaves behind. */
const POLICY_FILE = /\.(?:ya?ml|json)$/;

const issueOf = (file: string, error: unknown): PolicyIssue => {
  const message = error instanceof Error ? error.message : String(error);
  return { file, line: undefined, column: undefined, rule: undefined, message };
};

const changedRules = (before: Rules, after: Rules): string[] => {
  const names = new Set([...before.checks.keys(), ...after.checks.keys()]);
  const textOf = (rules: Rules, name: unknown): string | undefined => {
    const check = rules.checks.get(name);
    return check === undefined ? undefined : formatCheck(check);
  };
  return Array.from(names)
    .filter((name) => textOf(before, name) !== textOf(after, name))
    .map(String)
    .sort();
};

/** How long files must stand still before a change counts. */
const SETTLING_MILLISECONDS: Milliseconds = 30;

/**
 * Reads rules so that nothing fails open: everything is read and checked before anything counts, all problems
 * are reported at once, and a policy that is refused leaves the one in force.
 */
export class StrictSource implements RuleSource {
  readonly registered: ReadonlyMap<string, RuleDefault>;
  readonly defaultRule: DefaultRule;
  useConf: boolean;
  #policy: BuiltPolicy;
  #initial: ReadonlyMap<unknown, Check>;
  #files: readonly PolicyFile[] = [];
  #mainPath: string | undefined;
  /** Whether files and defaults have to be put together before the next decision. */
  #isStale = true;
  #isLoaded = false;
  #timer: NodeJS.Timeout | undefined;
  #lastFailure = '';
  readonly #options: SourceOptions;
  readonly #registered = new Map<string, RuleDefault>();

  constructor(options: SourceOptions) {
    this.#options = options;
    this.registered = this.#registered;
    this.defaultRule = options.defaultRule;
    this.useConf = options.useConf;
    this.#initial = readRules(options.rules, options.checks);
    this.#policy = { rules: new Rules(this.#initial, this.defaultRule), fileRules: new Map(), issues: [] };
    for (const rule of options.policies) this.register(rule);
  }

  get rules(): Rules {
    return this.#policy.rules;
  }

  get fileRules(): ReadonlyMap<unknown, FileRule> {
    return this.#policy.fileRules;
  }

  register(rule: RuleDefault): void {
    if (this.registered.has(rule.name)) throw new DuplicatePolicyError(rule.name);
    this.#registered.set(rule.name, rule);
    this.#isStale = true;
  }

  setRules(checks: Iterable<readonly [unknown, Check]>, overwrite: boolean, useConf: boolean): void {
    this.#initial = new Map(overwrite ? checks : [...this.rules.checks, ...checks]);
    this.useConf = useConf;
    this.#isStale = true;
  }

  clear(): void {
    this.close();
    this.#initial = new Map();
    this.#files = [];
    this.#registered.clear();
    this.useConf = false;
    this.#isLoaded = false;
    this.#isStale = true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  refresh(): void {
    if (!this.#isStale) return;
    if (this.useConf && !this.#isLoaded) this.loadSync();
    else this.#apply(this.#files);
  }

  loadSync(): LoadReport {
    this.useConf = true;
    const issues: PolicyIssue[] = [];
    const files: PolicyFile[] = [];
    for (const path of this.#paths(issues)) {
      try {
        files.push({ path, text: readTextSync(path) });
      } catch (error) {
        issues.push(issueOf(path, error));
      }
    }
    this.#requireAll(files, issues);
    return this.#apply(files);
  }

  async load(signal?: AbortSignal): Promise<LoadReport> {
    this.useConf = true;
    const files = await this.#read();
    signal?.throwIfAborted();
    const report = await this.#applyWithPython(files);
    if (this.#options.reload === 'watch') this.#watch();
    return report;
  }

  #find(path: string): string | undefined {
    return findPath(path, this.#options.configDirs);
  }

  #paths(issues: PolicyIssue[]): string[] {
    const paths = [this.#find(this.#options.policyFile) ?? []].flat();
    for (const name of this.#options.policyDirs) {
      const directory = this.#find(name);
      try {
        if (directory !== undefined)
          paths.push(...listDirectory(directory).filter((path) => POLICY_FILE.test(path)));
      } catch (error) {
        issues.push(issueOf(directory ?? name, error));
      }
    }
    return paths;
  }

  async #read(): Promise<PolicyFile[]> {
    const issues: PolicyIssue[] = [];
    const paths = this.#paths(issues);
    const files: PolicyFile[] = [];
    for (const path of paths) {
      try {
        files.push({ path, text: await readText(path) });
      } catch (error) {
        issues.push(issueOf(path, error));
      }
    }
    this.#requireAll(files, issues);
    return files;
  }

  /** Refuses files that cannot be read, and files that were there before and are gone. */
  #requireAll(files: readonly PolicyFile[], issues: PolicyIssue[]): void {
    const main = this.#files.find(({ path }) => path === this.#mainPath);
    if (main !== undefined && !files.some(({ path }) => path === main.path)) {
      issues.push(issueOf(main.path, 'the policy file is gone; empty it to go back to the defaults'));
    }
    if (issues.length > 0) throw new PolicyLoadError(issues);
  }

  /** Applies files, fetching the rest of Python if one of them needs it. */
  async #applyWithPython(files: readonly PolicyFile[]): Promise<LoadReport> {
    try {
      return this.#apply(files);
    } catch (error) {
      if (!(error instanceof PythonPartsMissingError)) throw error;
      await importPython();
      return this.#apply(files);
    }
  }

  #apply(files: readonly PolicyFile[]): LoadReport {
    const used = this.useConf ? files : [];
    const before = this.rules;
    const policy = buildPolicy(used, this.#initial, this.registered, this.defaultRule, this.#options);
    if (policy.issues.length > 0) throw new PolicyLoadError(policy.issues);
    this.#policy = policy;
    this.#files = used;
    this.#mainPath = this.#find(this.#options.policyFile) ?? this.#mainPath;
    this.#isStale = false;
    this.#isLoaded ||= this.useConf;
    this.#lastFailure = '';
    const paths = used.map(({ path }) => path);
    if (reloadChannel.hasSubscribers) {
      reloadChannel.publish({
        files: paths,
        version: versionOf(used),
        changed: changedRules(before, policy.rules),
      });
    }
    return { files: paths, count: policy.rules.checks.size };
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    let isBusy = false;
    this.#timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void this.#reloadIfChanged().finally(() => {
        isBusy = false;
      });
    }, this.#options.reloadInterval);
    this.#timer.unref();
  }

  /** Never throws: what is wrong goes to the channel, once; so does that it is put right by the files in force. */
  async #reloadIfChanged(): Promise<void> {
    try {
      const files = await this.#read();
      const isInForce = versionOf(files) === versionOf(this.#files) && this.#lastFailure === '';
      if (!this.useConf || isInForce) return;
      // Somebody may be halfway through writing a file: only what stands still counts, the rest at the next look.
      await setTimeout(SETTLING_MILLISECONDS, undefined, { ref: false });
      if (this.#timer === undefined || versionOf(await this.#read()) !== versionOf(files)) return;
      await this.#applyWithPython(files);
    } catch (error) {
      const issues = error instanceof PolicyLoadError ? error.issues : [issueOf('', error)];
      const failure = JSON.stringify(issues);
      if (failure === this.#lastFailure) return;
      this.#lastFailure = failure;
      reloadFailedChannel.publish({ issues });
    }
  }
}
