import { Enforcer } from '../enforcer.ts';
import { EvaluationError, PolicyError, PolicyLoadError, type PolicyIssue } from '../errors.ts';
import { MAX_PARTS } from '../migration/policy-rules.ts';
import { hasAtMost } from '../python/extent.ts';
import { str } from '../python/text.ts';
import { typeName } from '../python/values.ts';
import { readRule } from '../rules/faults.ts';
import { findBrokenReferences } from '../rules/references.ts';
import type { Command } from './command.ts';
import { POLICY_FLAGS, readSetup, requireServices, withConfiguration, type Setup } from './setup.ts';
import type { Service } from './service.ts';

interface Validation {
  /** What Oslo's validator says, too. */
  readonly lines: string[];
  /** The rules these lines are about. */
  readonly reported: Set<string>;
}

const enforcerOf = (services: readonly Service[], setup: Setup, compat: 'oslo' | 'strict'): Enforcer => {
  const checks = services.map((service) => service.checks).find((registry) => registry !== undefined);
  const policies = services.flatMap(({ rules }) => rules);
  return new Enforcer({ ...setup.options, compat, policies, ...(checks === undefined ? {} : { checks }) });
};

/** Everything the default mode refuses in the configured files. */
const findIssues = async (services: readonly Service[], setup: Setup): Promise<readonly PolicyIssue[]> => {
  try {
    await enforcerOf(services, setup, 'strict').load();
    return [];
  } catch (error) {
    if (error instanceof PolicyLoadError) return error.issues;
    throw error;
  }
};

const validateAsOslo = async (services: readonly Service[], setup: Setup): Promise<Validation> => {
  const enforcer = enforcerOf(services, setup, 'oslo');
  const lines: string[] = [];
  const reported = new Set<string>();
  try {
    await enforcer.load();
  } catch (error) {
    // A file Oslo cannot even load: the default mode says why.
    if (error instanceof EvaluationError) return { lines, reported };
    throw error;
  }
  const { undefinedIn, cyclic } = findBrokenReferences(enforcer.currentRules);
  if (undefinedIn.length + cyclic.length > 0) {
    lines.push('Invalid rules found');
    for (const name of [...undefinedIn, ...cyclic]) reported.add(str(name));
  }
  for (const [name, { checkStr }] of enforcer.fileRules) {
    if (!enforcer.registeredRules.has(name)) lines.push(`Unknown rule found in policy file: ${str(name)}`);
    const isDenial = enforcer.currentRules.get(name)?.type === 'false';
    if (isDenial && readRule(checkStr, enforcer.checks).faults.length > 0) {
      lines.push(
        `Failed to parse rule: ${hasAtMost(checkStr, MAX_PARTS) ? str(checkStr) : typeName(checkStr)}`,
      );
      reported.add(name);
    }
  }
  return { lines, reported };
};

const formatIssue = ({ file, line, rule, message }: PolicyIssue): string => {
  const place = `${file ?? 'registered default'}${line === undefined ? '' : `:${line}`}`;
  return `${place}: ${rule === undefined ? '' : `${JSON.stringify(rule)}: `}${message}`;
};

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

/** Which of the files' rules are old names, for the operator who is told that they are unknown. */
const oldNames = (services: readonly Service[], unknown: readonly string[]): string[] =>
  services
    .flatMap(({ rules }) => rules)
    .filter(
      ({ name, deprecatedRule: old }) =>
        old !== undefined && old.name !== name && unknown.some((text) => text.endsWith(`: ${old.name}`)),
    )
    .map(({ name, deprecatedRule: old }) => `${old?.name ?? ''} is an old name of ${name}`);

/** @parity oslo.policy 6.0.0 generator.py validate_policy — differs: validator-overlooks, validator-directory, validator-policy-dirs */
export const validator: Command = {
  name: 'validator',
  summary: 'Checks the policy files of a service; ends with status 1 when anything is wrong.',
  flags: POLICY_FLAGS.filter(({ name }) => name !== 'compat'),
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const setup = readSetup(line, directory);
    if (setup.policyPath === undefined) {
      return { output: `Configured policy file "${setup.policyFile}" not found\n`, exitCode: 1 };
    }
    try {
      const { lines: known, reported } = await validateAsOslo(services, setup);
      const issues = await findIssues(services, setup);
      // What is wrong with a registered rule is for the service's author.
      const isKnown = ({ file, rule }: PolicyIssue): boolean =>
        file === undefined || (rule !== undefined && reported.has(rule));
      const found = [...known, ...issues.filter((issue) => !isKnown(issue)).map(formatIssue)];
      const details = [...issues.filter(isKnown).map(formatIssue), ...oldNames(services, known)];
      return { output: lines(found), errors: lines(details), exitCode: found.length > 0 ? 1 : 0 };
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      return { output: `${error.message}\n`, exitCode: 1 };
    }
  },
};
