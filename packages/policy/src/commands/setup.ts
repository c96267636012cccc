import { dirname, resolve } from 'node:path';
import {
  ConfigurationError,
  optionGroup,
  resolve as resolveOptions,
  type OptionGroup,
} from '@oslofjord/config';
import { Enforcer } from '../enforcer.ts';
import { PolicyError } from '../errors.ts';
import { findPath } from '../files/find.ts';
import { osloPolicyOptions } from '../option-groups.ts';
import type { PolicyOptions } from '../options.ts';
import { python } from '../python/full.ts';
import type { Arguments, Flag } from './arguments.ts';
import { CommandFailure } from './command.ts';
import { loadServices, type Service } from './service.ts';

/** Options of all commands that read a service's configuration. */
export const CONFIG_FLAGS: readonly Flag[] = [
  {
    name: 'config-file',
    type: 'texts',
    value: 'PATH',
    help: 'a configuration file of the service, with [oslo_policy]',
  },
  { name: 'config-dir', type: 'texts', value: 'DIR', help: 'a directory of such files' },
];

/** Options that name the rules of a service. */
export const SERVICE_FLAGS: readonly Flag[] = [
  {
    name: 'policies',
    type: 'texts',
    value: 'PATH[#EXPORT]',
    help: "the service's rules: a module that exports them, or a JSON or YAML file",
  },
  { name: 'namespace', type: 'texts', value: 'NAME=PATH', help: 'the same, with a name for the section' },
];

/** Options of commands that decide: which files count, and how. */
export const POLICY_FLAGS: readonly Flag[] = [
  ...SERVICE_FLAGS,
  ...CONFIG_FLAGS,
  {
    name: 'policy-file',
    type: 'text',
    value: 'FILE',
    help: "the operator's rules, instead of the configured policy_file",
  },
  {
    name: 'enforce-new-defaults',
    type: 'switch',
    help: 'whether old defaults no longer count; --noenforce-new-defaults keeps them',
  },
  {
    name: 'compat',
    type: 'text',
    choices: ['oslo', 'strict'],
    help: 'read files as Oslo does, also where it fails open, or refuse those (the default)',
  },
];

/** What a configuration says about policies. */
export interface Setup {
  /** The options of an enforcer that reads the configured files. */
  readonly options: Omit<PolicyOptions, 'policies' | 'checks'>;
  /** The configured name of the policy file. */
  readonly policyFile: string;
  /** Where that file is; undefined when there is none. */
  readonly policyPath: string | undefined;
  /** Whether somebody chose a policy file, rather than leaving the default. */
  readonly isPolicyFileChosen: boolean;
  /** What enforce_new_defaults was set to; undefined when nobody did. */
  readonly enforceNewDefaults: boolean | undefined;
}

const withoutDefaults = (): OptionGroup =>
  optionGroup({
    name: osloPolicyOptions.name,
    options: Object.fromEntries(
      Object.entries(osloPolicyOptions.options).map(([name, option]) => {
        const { default: _, ...rest } = option as { default?: unknown };
        return [name, rest];
      }),
    ) as never,
  });

/** The options that Oslo's command lines also read from configuration files. */
const COMMAND_OPTIONS: OptionGroup = /* @__PURE__ */ optionGroup({
  name: 'DEFAULT',
  options: {
    namespace: { type: 'multiString', help: 'The services.' },
    policies: { type: 'multiString', help: 'The services.' },
    outputFile: { type: 'string', help: 'Where to write.' },
    excludeDeprecated: { type: 'boolean', help: 'Whether to leave out what is deprecated.' },
    policy: { type: 'string', help: 'The policy file to work on.' },
    policyFile: { type: 'string', help: 'The policy file to work on.' },
  },
});

const readConfiguration = (
  group: OptionGroup,
  given: Arguments,
  directory: string,
): Record<string, unknown> => {
  try {
    return resolveOptions(group, {
      files: given.texts('config-file').map((path) => resolve(directory, path)),
      directories: given.texts('config-dir').map((path) => resolve(directory, path)),
    });
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw new CommandFailure(cause.message, { cause });
    throw cause;
  }
};

const hyphenated = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const isGiven = ([, value]: readonly [string, unknown]): boolean => value !== undefined;

/** The arguments, completed from the section [DEFAULT] of the configuration files, as Oslo's command lines do. */
export const withConfiguration = (given: Arguments, directory: string): Arguments => {
  if (given.texts('config-file').length + given.texts('config-dir').length === 0) return given;
  const values = Object.entries(readConfiguration(COMMAND_OPTIONS, given, directory)).filter(isGiven);
  return given.or(Object.fromEntries(values.map(([name, value]) => [hyphenated(name), value])));
};

/**
 * What the configuration files and options of a command say about policies. A relative policy file is looked for in
 * the configuration directories, then beside the configuration files, the last one first.
 */
export const readSetup = (given: Arguments, directory: string): Setup => {
  const values = Object.fromEntries(
    Object.entries(readConfiguration(withoutDefaults(), given, directory)).filter(isGiven),
  ) as PolicyOptions;
  const files = given.texts('config-file').map((path) => dirname(resolve(directory, path)));
  const directories = given.texts('config-dir').map((path) => resolve(directory, path));
  const own = given.text('policy-file');
  const configDirs = [
    ...directories,
    ...files.reverse(),
    ...(files.length + directories.length === 0 ? [directory] : []),
  ];
  const policyFile = own === undefined ? (values.policyFile ?? 'policy.yaml') : resolve(directory, own);
  const enforceNewDefaults = given.switch('enforce-new-defaults') ?? values.enforceNewDefaults;
  return {
    options: {
      ...values,
      policyFile,
      // A file that is named on the command line stands for itself.
      ...(own === undefined ? {} : { policyDirs: [] }),
      ...(enforceNewDefaults === undefined ? {} : { enforceNewDefaults }),
      configDirs,
      reload: 'off',
      python,
    },
    policyFile: own ?? policyFile,
    policyPath: findPath(policyFile, configDirs),
    isPolicyFileChosen: own !== undefined || values.policyFile !== undefined,
    enforceNewDefaults,
  };
};

/** The rules of all services a command names; a command that needs them ends when there are none. */
export const requireServices = async (given: Arguments, directory: string): Promise<Service[]> => {
  const services = await loadServices(given, directory);
  if (services.length > 0) return services;
  throw new CommandFailure(
    "the service's rules are missing: give them as --policies ./dist/policies.js, or as --namespace NAME=./dist/policies.js",
  );
};

/**
 * An enforcer with the rules of services and files.
 * @throws CommandFailure listing what is wrong with the policy
 */
export const loadEnforcer = async (
  services: readonly Service[],
  options: PolicyOptions,
): Promise<Enforcer> => {
  const checks = services.map((service) => service.checks).find((registry) => registry !== undefined);
  try {
    const enforcer = new Enforcer({
      ...options,
      policies: services.flatMap(({ rules }) => rules),
      ...(checks === undefined ? {} : { checks }),
    });
    await enforcer.load();
    return enforcer;
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    const advice =
      options.compat === 'oslo'
        ? ''
        : '\n--compat oslo reads it as Oslo does, which may allow more than it says.';
    throw new CommandFailure(`${cause.message}${advice}`, { cause });
  }
};

/** How files are read when the command does not say. */
export const compatOf = (given: Arguments, usual: 'oslo' | 'strict' = 'strict'): 'oslo' | 'strict' =>
  (given.text('compat') as 'oslo' | 'strict' | undefined) ?? usual;
