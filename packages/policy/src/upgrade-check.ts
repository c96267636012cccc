import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { diffPolicies, type RuleDifference } from './analysis/diff.ts';
import { viewOf } from './analysis/enforcer-view.ts';
import { formatRequest } from './documents/requests.ts';
import { Enforcer } from './enforcer.ts';
import { EvaluationError, PolicyLoadError, type PolicyIssue } from './errors.ts';
import { findPath, readText } from './files/find.ts';
import { redundantOverrides } from './migration/redundancy.ts';
import type { PolicyOptions } from './options.ts';
import { resolvePolicyOptions } from './options.ts';
import { referencesOf } from './rules/graph.ts';

/** One thing an upgrade can stumble over. */
export type UpgradeCheckName =
  | 'policy-file-json'
  | 'refused-rules'
  | 'changing-defaults'
  | 'deprecated-names'
  | 'rules-for-removal'
  | 'unknown-rules'
  | 'redundant-overrides';

/** What was found about one thing. */
export interface UpgradeFinding {
  readonly check: UpgradeCheckName;
  /** `failure` breaks or opens something; `warning` needs a look before the next release. */
  readonly result: 'success' | 'warning' | 'failure';
  /** The rules or files concerned, each with what is the matter. */
  readonly details: readonly string[];
  /** What to do; empty for a success. */
  readonly advice: string;
}

/** What stands between a policy and the next release. */
export interface UpgradeReport {
  readonly findings: readonly UpgradeFinding[];
  /**
   * 0 when there is nothing to do, 1 for warnings, 2 for failures.
   * @parity oslo.upgradecheck upgradecheck.py Code — same
   */
  readonly exitCode: 0 | 1 | 2;
}

/** What an upgrade check looks at: the options of the service's enforcer. */
export interface UpgradeCheckOptions extends PolicyOptions {
  /**
   * Left out, the service follows the default, which was false before oslo.policy 4.4: whoever upgrades from there loses
   * what old defaults allowed.
   */
  readonly enforceNewDefaults?: boolean;
}

const finding = (
  check: UpgradeCheckName,
  result: 'warning' | 'failure',
  details: readonly string[],
  advice: string,
): UpgradeFinding =>
  details.length === 0
    ? { check, result: 'success', details, advice: '' }
    : { check, result, details, advice };

/** @parity oslo.upgradecheck common_checks.py check_policy_json — same, and looks at a policy.json that no one reads */
const checkJson = async (options: UpgradeCheckOptions): Promise<UpgradeFinding> => {
  const { policyFile, configDirs } = resolvePolicyOptions(options);
  const path = findPath(policyFile, configDirs);
  const details: string[] = [];
  if (path !== undefined) {
    try {
      JSON.parse(await readText(path));
      details.push(`${path} is JSON`);
    } catch {
      // It is YAML, or broken, which is said elsewhere.
    }
  } else {
    const old = configDirs.map((directory) => resolve(directory, 'policy.json')).find(existsSync);
    if (old !== undefined) details.push(`${old} is not read: the policy file is ${policyFile}`);
  }
  return finding(
    'policy-file-json',
    'failure',
    details,
    'JSON is no longer supported by Oslo: oslofjord-policy convert policy.json --output-file policy.yaml, and set policy_file to the new file.',
  );
};

const formatIssue = ({ file, line, rule, message }: PolicyIssue): string =>
  `${file ?? 'registered default'}${line === undefined ? '' : `:${line}`}: ${rule === undefined ? '' : `${rule}: `}${message}`;

const checkRefused = async (options: UpgradeCheckOptions): Promise<UpgradeFinding> => {
  const details: string[] = [];
  try {
    await new Enforcer({ ...options, compat: 'strict', reload: 'off' }).load();
  } catch (error) {
    if (!(error instanceof PolicyLoadError)) throw error;
    details.push(...error.issues.map(formatIssue));
  }
  return finding(
    'refused-rules',
    'failure',
    details,
    'Oslo reads these as something else than they say, or not at all; write what they are meant to say.',
  );
};

const formatChange = ({ rule, gain, loss, undecided }: RuleDifference): string => {
  const parts = [
    ...(loss === undefined ? [] : [`no longer allowed: ${formatRequest(loss)}`]),
    ...(gain === undefined ? [] : [`allowed then: ${formatRequest(gain)}`]),
    ...(undecided === undefined ? [] : [`cannot be compared, the rule is ${undecided}`]),
  ];
  return `${rule}: ${parts.join('; ')}`;
};

const loadAsOslo = async (options: UpgradeCheckOptions, enforceNewDefaults: boolean): Promise<Enforcer> => {
  const enforcer = new Enforcer({
    ...options,
    enforceNewDefaults,
    compat: 'oslo',
    reload: 'off',
    suppressDeprecationWarnings: true,
  });
  await enforcer.load();
  return enforcer;
};

/** Who loses or gains when old defaults no longer count; nothing for a service that has said so already. */
const checkDefaults = async (options: UpgradeCheckOptions, now: Enforcer): Promise<UpgradeFinding> => {
  const differences =
    options.enforceNewDefaults === true
      ? []
      : diffPolicies(viewOf(await loadAsOslo(options, false)), viewOf(now)).differences;
  return finding(
    'changing-defaults',
    'warning',
    differences.map(formatChange),
    'Somebody loses or gains once old defaults no longer count. Give the roles they need, or copy the old rules into the policy file; then set enforce_new_defaults = true.',
  );
};

const checkNames = (enforcer: Enforcer): UpgradeFinding[] => {
  const { fileRules, registeredRules, currentRules, defaultRule } = enforcer;
  const rules = [...registeredRules.values()];
  const renamed = rules.flatMap(({ name, deprecatedRule: old }) =>
    old !== undefined && old.name !== name && fileRules.has(old.name) ? [{ name, old: old.name }] : [],
  );
  const isOld = new Set(renamed.map(({ old }) => old));
  const referred = new Set([...currentRules.values()].flatMap((check) => [...referencesOf(check)]));
  const unknown = [...fileRules.keys()].filter(
    (name) => !registeredRules.has(name) && !isOld.has(name) && !referred.has(name) && name !== defaultRule,
  );
  const removed = rules.filter(
    ({ name, deprecatedForRemoval }) => deprecatedForRemoval && fileRules.has(name),
  );
  return [
    finding(
      'deprecated-names',
      'warning',
      renamed.map(({ name, old }) => `${old} is now ${name}`),
      'Old names stop working in a later release: oslofjord-policy upgrade FILE --in-place.',
    ),
    finding(
      'rules-for-removal',
      'warning',
      removed.map(
        ({ name, deprecatedSince, deprecatedReason }) =>
          `${name}, since ${deprecatedSince ?? 'some release'}: ${(deprecatedReason ?? '').trim().replace(/\s+/g, ' ')}`,
      ),
      'These rules will be ignored in a later release; take them out once nothing depends on them.',
    ),
    finding(
      'unknown-rules',
      'warning',
      unknown,
      'No service registers these and no rule refers to them: a wrong name, or something that was removed.',
    ),
  ];
};

const checkRedundant = (enforcer: Enforcer): UpgradeFinding =>
  finding(
    'redundant-overrides',
    'warning',
    redundantOverrides(enforcer).map(({ name }) => name),
    'These pin what is the default anyway, and would hide a change of it: oslofjord-policy convert FILE --in-place.',
  );

const EXIT_CODES = { success: 0, warning: 1, failure: 2 } as const;

/**
 * Looks for what an upgrade would stumble over: a policy file in JSON, rules that Oslo reads as something else,
 * defaults about to change for somebody, old and unknown names, and overrides that only repeat a default.
 *
 * @param options those of the service's enforcer; files are read as it would read them
 * @returns findings in the order of their weight, and a status for a pipeline
 * @example
 * const { findings, exitCode } = await upgradeCheck({ policies, configDirs: ['/etc/nova'] });
 */
export const upgradeCheck = async (options: UpgradeCheckOptions): Promise<UpgradeReport> => {
  const findings = [await checkJson(options), await checkRefused(options)];
  try {
    const enforcer = await loadAsOslo(options, true);
    findings.push(await checkDefaults(options, enforcer), ...checkNames(enforcer), checkRedundant(enforcer));
  } catch (error) {
    // A file that Oslo cannot load has been reported as refused.
    if (!(error instanceof EvaluationError)) throw error;
  }
  const exitCode = findings.reduce<0 | 1 | 2>((worst, { result }) => {
    const code = EXIT_CODES[result];
    return code > worst ? code : worst;
  }, 0);
  return { findings, exitCode };
};

const textOfFinding = ({ check, result, details, advice }: UpgradeFinding): string =>
  [
    `${result.padEnd(8)} ${check}`,
    ...details.map((detail) => `           ${detail}`),
    ...(advice === '' ? [] : [`         > ${advice}`]),
    '',
  ].join('\n');

/**
 * The findings as an operator reads them on a terminal: of each its result and name, what was found, and what to do.
 * @returns whole lines
 * @example
 * const report = await upgradeCheck({ policies });
 * process.stdout.write(upgradeReportText(report));
 * process.exitCode = report.exitCode;
 */
export const upgradeReportText = ({ findings }: UpgradeReport): string =>
  findings.map(textOfFinding).join('');
