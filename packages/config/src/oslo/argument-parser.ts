import { OsloError } from './errors.ts';
import { attributeOf, type CommandLineOption, type Namespace } from './namespace.ts';

/** What an option string does when it is met. */
export interface ArgumentAction {
  readonly flags: readonly string[];
  readonly takesValue: boolean;
  readonly run: (namespace: Namespace, value: string) => void;
}

const prefixOf = (group: string | null): string => (group === null ? '' : `${group}-`);

/** The option strings of an option: its own name first, then the deprecated ones. */
const flagsOf = ({ option, group }: CommandLineOption, negation: string): readonly string[] => [
  `--${prefixOf(group)}${negation}${option.name}`,
  ...option.deprecated.map(
    ({ name, group: older }) => `--${prefixOf(older === 'DEFAULT' ? null : older)}${negation}${name}`,
  ),
];

/** The actions of one option: a boolean one has two, `--name` and `--noname`. */
export const actionsOf = (declared: CommandLineOption): readonly ArgumentAction[] => {
  const { option, group } = declared;
  const attribute = attributeOf(group, option.dest);
  const flags = flagsOf(declared, '');
  if (option.kind === 'boolean') {
    const set = (flags: readonly string[], value: boolean): ArgumentAction => ({
      flags,
      takesValue: false,
      run: (namespace) => {
        namespace.set(attribute, value);
      },
    });
    return [set(flags, true), set(flagsOf(declared, 'no'), false)];
  }
  return [
    {
      flags,
      takesValue: true,
      run: (namespace, value) => {
        if (option.isMultiple) namespace.append(attribute, [value]);
        else namespace.set(attribute, value);
      },
    },
  ];
};

type Parsed = { readonly action: ArgumentAction | undefined; readonly value: string | undefined } | undefined;

const exit = (code: string): never => {
  throw new OsloError('SystemExit', code);
};

/** Splits `--name=value`. */
const splitArgument = (argument: string): readonly [string, string | undefined] => {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
};

/** The actions that an abbreviated argument can mean. */
const abbreviated = (actions: ReadonlyMap<string, ArgumentAction>, argument: string): readonly Parsed[] => {
  if (argument.startsWith('--')) {
    const [prefix, value] = splitArgument(argument);
    return Array.from(actions)
      .filter(([flag]) => flag.startsWith(prefix))
      .map(([, action]) => ({ action, value }));
  }
  const help = actions.get(argument.slice(0, 2));
  return help === undefined ? [] : [{ action: help, value: argument.slice(2) }];
};

/** What one argument is: an option with or without its value, an unknown option, or (`undefined`) a plain word. */
const parseArgument = (actions: ReadonlyMap<string, ArgumentAction>, argument: string): Parsed => {
  if (!argument.startsWith('-')) return undefined;
  const exact = actions.get(argument);
  if (exact !== undefined) return { action: exact, value: undefined };
  if (argument.length === 1) return undefined;
  const [flag, value] = splitArgument(argument);
  const assigned = value === undefined ? undefined : actions.get(flag);
  if (assigned !== undefined) return { action: assigned, value };
  const meant = abbreviated(actions, argument);
  if (meant.length > 1) return exit('2');
  if (meant.length === 1) return meant[0];
  if (/^-\p{Nd}+\n?$|^-\p{Nd}*\.\p{Nd}+\n?$/u.test(argument) || argument.includes(' ')) return undefined;
  return { action: undefined, value: undefined };
};

/**
 * Runs the actions of a command line in their order, as Python's argparse does: names may be abbreviated, a value
 * may follow `=` or come next, plain words are refused at the end.
 * @throws OsloError SystemExit, whose message is the exit code, or whatever an action throws
 * @parity Python 3.11 argparse.py ArgumentParser.parse_args — same, for options with no or one value
 */
export const parseArguments = (
  actions: ReadonlyMap<string, ArgumentAction>,
  argumentList: readonly string[],
  namespace: Namespace,
): void => {
  const separator = argumentList.indexOf('--');
  const end = separator < 0 ? argumentList.length : separator;
  const parsed = argumentList.map((argument, index) =>
    index < end ? parseArgument(actions, argument) : undefined,
  );
  let hasExtras = separator >= 0;
  for (let index = 0; index < end; index += 1) {
    const found = parsed[index];
    if (found?.action === undefined) {
      hasExtras = true;
      continue;
    }
    const { action, value } = found;
    if (!action.takesValue) {
      if (value !== undefined) runShort(actions, argumentList[index] ?? '', action, value, namespace);
      else action.run(namespace, '');
    } else if (value === undefined) {
      index += 1;
      if (index >= end || parsed[index] !== undefined) exit('2');
      action.run(namespace, argumentList[index] ?? '');
    } else {
      action.run(namespace, value);
    }
  }
  if (hasExtras) exit('2');
};

/** Several letters behind one hyphen: each must be an option of its own. Anything else that has a value is an error. */
const runShort = (
  actions: ReadonlyMap<string, ArgumentAction>,
  argument: string,
  action: ArgumentAction,
  value: string,
  namespace: Namespace,
): void => {
  if (
    argument.startsWith('--') ||
    value === '' ||
    !Array.from(value).every((letter) => actions.has(`-${letter}`))
  ) {
    exit('2');
  }
  action.run(namespace, '');
};
