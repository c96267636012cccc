import { actionsOf, type ArgumentAction } from './argument-parser.ts';
import { OsloError } from './errors.ts';
import type { CommandLineOption, Namespace } from './namespace.ts';

/** What a file system answers; the messages are those of the operating system. */
export type FileAnswer =
  { readonly text: string } | { readonly failure: 'missing' | 'forbidden' } | { readonly failure: OsloError };

/** The file system as far as reading a configuration needs it. */
export interface OsloFiles {
  readonly read: (path: string) => FileAnswer;
  /** Paths of the `*.conf` files of a directory in their order, or `undefined` where there is none. */
  readonly list: (directory: string) => readonly string[] | undefined;
}

/** Order of code points, which is Python's order of strings. */
export const compareText = (left: string, right: string): number => {
  const [ours, theirs] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(ours.length, theirs.length); index += 1) {
    const difference = (ours[index]?.codePointAt(0) ?? 0) - (theirs[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return ours.length - theirs.length;
};

const compareFlags = (left: readonly string[], right: readonly string[]): number => {
  for (const [index, flag] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = compareText(flag, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

const HELP: ArgumentAction = {
  flags: ['-h', '--help'],
  takesValue: false,
  run: () => {
    throw new OsloError('SystemExit', '0');
  },
};

/** `--config-file` and `--config-dir`, which read what they name as soon as they are met. */
const fileActions = (
  files: OsloFiles,
  commandLine: readonly CommandLineOption[],
): readonly ArgumentAction[] => {
  const readFile = (namespace: Namespace, path: string): void => {
    const answer = files.read(path);
    if ('text' in answer) namespace.addFile(path, answer.text, commandLine);
    else if (answer.failure === 'missing') namespace.filesNotFound.push(path);
    else if (answer.failure === 'forbidden') namespace.filesNotPermitted.push(path);
    else throw answer.failure;
  };
  return [
    {
      flags: ['--config-file'],
      takesValue: true,
      run: (namespace, path) => {
        namespace.append('config_file', [path]);
        readFile(namespace, path);
      },
    },
    {
      flags: ['--config-dir'],
      takesValue: true,
      run: (namespace, directory) => {
        namespace.set('config_dir', directory);
        const paths = files.list(directory);
        if (paths === undefined) {
          throw new OsloError('ConfigDirNotFoundError', `Failed to read config file directory: ${directory}`);
        }
        for (const path of paths) readFile(namespace, path);
      },
    },
  ];
};

/** Every option string with its action, in the order in which argparse would know them. */
export const buildActions = (
  commandLine: readonly CommandLineOption[],
  files: OsloFiles,
): ReadonlyMap<string, ArgumentAction> => {
  const containers = new Map<string | null, ArgumentAction[]>([[null, [...fileActions(files, commandLine)]]]);
  for (const declared of commandLine) {
    const container = containers.get(declared.group) ?? [];
    container.push(...actionsOf(declared));
    containers.set(declared.group, container);
  }
  const actions = new Map<string, ArgumentAction>(HELP.flags.map((flag) => [flag, HELP]));
  for (const container of containers.values()) {
    for (const action of container.toSorted((left, right) => compareFlags(left.flags, right.flags))) {
      if (action.flags.some((flag) => actions.has(flag))) {
        throw new OsloError('DuplicateOptError', `duplicate option: ${action.flags.join(',')}`);
      }
      for (const flag of action.flags) actions.set(flag, action);
    }
  }
  return actions;
};
