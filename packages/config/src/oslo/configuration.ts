import { substitute } from '../template.ts';
import { actionsOf, parseArguments, type ArgumentAction } from './argument-parser.ts';
import { caught, OsloError } from './errors.ts';
import { Namespace, type CommandLineOption, type Located, type Location } from './namespace.ts';
import { declareOption, isSameOption, type OsloDeclaration, type OsloOption } from './option.ts';
import { reprText, str, type PythonDict, type PythonValue } from './python.ts';

/** What a file system answers; the messages are those of the operating system. */
export type FileAnswer =
  { readonly text: string } | { readonly failure: 'missing' | 'forbidden' } | { readonly failure: OsloError };

/** The file system as far as reading a configuration needs it. */
export interface OsloFiles {
  readonly read: (path: string) => FileAnswer;
  /** Paths of the `*.conf` files of a directory in their order, or `undefined` where there is none. */
  readonly list: (directory: string) => readonly string[] | undefined;
}

/** Names that options without a group may not have. */
const RESERVED = new Set([
  'project',
  'prog',
  'version',
  'usage',
  'default_config_files',
  'default_config_dirs',
]);

const LOCATIONS: Readonly<Record<Location['kind'], string>> = {
  user: '<Locations.user: (4, True)>',
  command_line: '<Locations.command_line: (5, True)>',
  environment: '<Locations.environment: (6, True)>',
};

type Options = Map<string, OsloOption>;

/** A group in the place of a value: what a reference to a group's name finds. */
const GROUP: unique symbol = Symbol('group');

const noSuchOption = (name: string, group: string | null): OsloError =>
  new OsloError('NoSuchOptError', `no such option ${name} in group [${group ?? 'DEFAULT'}]`);

/**
 * oslo.config's `ConfigOpts`, error for error: options are registered, then `load` reads command line and files,
 * then `get` converts one value at a time.
 * @parity oslo.config 9.0.0 cfg.py ConfigOpts — same; of a RecursionError the kind
 */
export class OsloConfiguration {
  readonly #options: Options = new Map();
  readonly #groups = new Map<string, Options>();
  /** Deprecated group → deprecated name → the option and its group. */
  readonly #renamed = new Map<string, Map<string, CommandLineOption>>();
  /** The newest first. */
  readonly #commandLine: CommandLineOption[] = [];
  readonly #environment: ReadonlyMap<string, string>;
  readonly #files: OsloFiles;
  #namespace: Namespace | undefined;
  readonly #found = new Map<string, { value: PythonValue } | { error: OsloError }>();
  readonly #pending = new Set<string>();

  constructor(environment: ReadonlyMap<string, string>, files: OsloFiles) {
    this.#environment = environment;
    this.#files = files;
    this.#options.set('config_source', declareOption({ name: 'config_source', type: 'list', default: [] }));
  }

  /** Declares an option. @throws OsloError for a reserved or duplicate name or a broken declaration */
  register(declaration: OsloDeclaration, group: string | null, isOnCommandLine: boolean): void {
    const option = declareOption(declaration);
    if (group === null && RESERVED.has(option.name)) {
      throw new OsloError('ValueError', `Name ${option.name} was reserved for oslo.config.`);
    }
    const declared = { option, group };
    let options = this.#options;
    if (group !== null) {
      options = this.#groups.get(group) ?? new Map<string, OsloOption>();
      this.#groups.set(group, options);
    }
    const before = options.get(option.dest);
    if (
      isOnCommandLine &&
      !this.#commandLine.some((other) => other.group === group && isSameOption(other.option, option))
    ) {
      this.#commandLine.unshift(declared);
    }
    if (group !== null) this.#trackDeprecated(declared);
    if (before !== undefined) {
      if (isSameOption(before, option)) return;
      throw new OsloError('DuplicateOptError', `duplicate option: ${option.name}`);
    }
    options.set(option.dest, option);
    if (group === null) this.#trackDeprecated(declared);
  }

  #trackDeprecated(declared: CommandLineOption): void {
    for (const { name, group } of declared.option.deprecated) {
      const key = group === null || group === '' ? 'DEFAULT' : group;
      const names = this.#renamed.get(key) ?? new Map<string, CommandLineOption>();
      this.#renamed.set(key, names);
      names.set(name.replaceAll('-', '_'), declared);
    }
  }

  /**
   * Reads the command line and the files it names, and checks that what is required is there.
   * @throws OsloError the first that oslo.config would raise
   */
  load(argumentList: readonly string[]): void {
    for (const name of ['config_file', 'config_dir']) {
      if (this.#options.has(name)) {
        throw new OsloError('DuplicateOptError', `duplicate option: ${name.replace('_', '-')}`);
      }
      this.#options.set(name, declareOption({ name: name.replace('_', '-'), type: 'list' }));
    }
    const namespace = new Namespace();
    const actions = this.#actions();
    parseArguments(actions, argumentList, namespace);
    this.#validateCommandLine(namespace);
    const { filesNotFound, filesNotPermitted } = namespace;
    if (filesNotFound.length > 0) {
      throw new OsloError(
        'ConfigFilesNotFoundError',
        `Failed to find some config files: ${filesNotFound.join(',')}`,
      );
    }
    if (filesNotPermitted.length > 0) {
      throw new OsloError(
        'ConfigFilesPermissionDeniedError',
        `Failed to open some config files: ${filesNotPermitted.join(',')}`,
      );
    }
    this.#namespace = namespace;
    for (const [group, options] of [[null, this.#options] as const, ...this.#groups]) {
      for (const option of options.values()) {
        if (!option.isRequired || this.#lookUp(option.dest, group) !== null) continue;
        throw new OsloError(
          'RequiredOptError',
          `value required for option ${option.name} in group [${group ?? 'DEFAULT'}]`,
        );
      }
    }
  }

  /** Every option string with its action, in the order in which argparse would know them. */
  #actions(): ReadonlyMap<string, ArgumentAction> {
    const actions = new Map<string, ArgumentAction>();
    const help: ArgumentAction = {
      flags: ['-h', '--help'],
      takesValue: false,
      run: () => {
        throw new OsloError('SystemExit', '0');
      },
    };
    const containers = new Map<string | null, ArgumentAction[]>([[null, [...this.#fileActions()]]]);
    for (const declared of this.#commandLine) {
      const container = containers.get(declared.group) ?? [];
      container.push(...actionsOf(declared));
      containers.set(declared.group, container);
    }
    for (const flag of help.flags) actions.set(flag, help);
    for (const container of containers.values()) {
      for (const action of container.toSorted((left, right) => compareFlags(left.flags, right.flags))) {
        if (action.flags.some((flag) => actions.has(flag))) {
          throw new OsloError('DuplicateOptError', `duplicate option: ${action.flags.join(',')}`);
        }
        for (const flag of action.flags) actions.set(flag, action);
      }
    }
    return actions;
  }

  #fileActions(): readonly ArgumentAction[] {
    const readFile = (namespace: Namespace, path: string): void => {
      const answer = this.#files.read(path);
      if ('text' in answer) namespace.addFile(path, answer.text, this.#commandLine);
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
          const paths = this.#files.list(directory);
          if (paths === undefined) {
            throw new OsloError(
              'ConfigDirNotFoundError',
              `Failed to read config file directory: ${directory}`,
            );
          }
          for (const path of paths) readFile(namespace, path);
        },
      },
    ];
  }

  /** Options on the command line are converted at once, in order of name; a bad one ends the program. */
  #validateCommandLine(namespace: Namespace): void {
    const inOrder = this.#commandLine.toSorted((left, right) =>
      compareText(left.option.name, right.option.name),
    );
    this.#namespace = namespace;
    try {
      for (const { option, group } of inOrder) {
        const found = namespace.find(option, group);
        if (found === undefined) continue;
        const value = this.#substitute(found.value, group);
        const error = caught(() => convert(option, value));
        if (error === undefined) continue;
        throw error.isValueError ? new OsloError('SystemExit', 'None') : error;
      }
    } finally {
      this.#namespace = undefined;
    }
  }

  /**
   * The value of an option as attribute access gives it.
   * @throws OsloError when it cannot be read; without a group anything but a bad value says that there is no such
   * option
   */
  get(name: string, group: string | null): PythonValue | typeof GROUP {
    if (group !== null) return this.#lookUp(name, group);
    try {
      return this.#lookUp(name, null);
    } catch (error) {
      if (error instanceof OsloError && !error.isValueError) throw noSuchOption(name, null);
      throw error;
    }
  }

  /** Looks a value up once; whoever comes back to a name while it is being looked up has found a cycle. */
  #lookUp(name: string, group: string | null): PythonValue | typeof GROUP {
    if (group === null && this.#groups.has(name)) return GROUP;
    const key = JSON.stringify([group, name]);
    const known = this.#found.get(key);
    if (known !== undefined) {
      if ('error' in known) throw known.error;
      return known.value;
    }
    if (this.#pending.has(key)) throw new OsloError('RecursionError', 'maximum recursion depth exceeded');
    this.#pending.add(key);
    try {
      const value = this.#find(name, group);
      this.#found.set(key, { value });
      return value;
    } catch (error) {
      if (error instanceof OsloError && error.kind !== 'RecursionError') this.#found.set(key, { error });
      throw error;
    } finally {
      this.#pending.delete(key);
    }
  }

  #find(name: string, group: string | null): PythonValue {
    const option = this.#optionNamed(name, group);
    const written = this.#namespace?.find(option, group);
    const variable = `OS_${(group === null || group === '' ? 'DEFAULT' : group).toUpperCase()}__${name.toUpperCase()}`;
    const set = this.#environment.get(variable);
    const fromEnvironment: Located | undefined =
      set === undefined ? undefined : { value: set, location: { kind: 'environment', detail: variable } };
    const chosen = written?.location.kind === 'command_line' ? written : (fromEnvironment ?? written);
    if (chosen === undefined) {
      return option.default === null ? null : convert(option, this.#substitute(option.default, group));
    }
    try {
      return convert(option, this.#substitute(chosen.value, group));
    } catch (error) {
      if (!(error instanceof OsloError) || !error.isValueError) throw error;
      // A bad variable is reported with the file, where a file sets the option too.
      const { kind, detail } = written?.location ?? chosen.location;
      const location = `LocationInfo(location=${LOCATIONS[kind]}, detail=${reprText(detail)})`;
      const start = `Value for option ${option.name} from ${location} is not valid`;
      throw new OsloError(
        kind === 'user' ? 'ConfigFileValueError' : 'ConfigSourceValueError',
        `${start}: ${error.message}`,
        option.declaration.secret === true ? start : `${start}: ${error.safeMessage}`,
      );
    }
  }

  /** The option of a name, also of a deprecated one. @throws OsloError NoSuchGroupError, NoSuchOptError, KeyError */
  #optionNamed(name: string, group: string | null): OsloOption {
    const options = group === null ? this.#options : this.#groups.get(group);
    if (options === undefined) throw new OsloError('NoSuchGroupError', `no such group [${group ?? ''}]`);
    const option = options.get(name);
    if (option !== undefined) return option;
    const renamed = this.#renamed.get(group === null || group === '' ? 'DEFAULT' : group)?.get(name);
    if (renamed === undefined || renamed.option.name === '') throw noSuchOption(name, group);
    const home = renamed.group === null || renamed.group === '' ? options : this.#groups.get(renamed.group);
    const real = home?.get(renamed.option.name);
    if (real === undefined) throw new OsloError('KeyError', reprText(renamed.option.name));
    return real;
  }

  #substitute(value: PythonValue, group: string | null): PythonValue {
    if (typeof value === 'string') return substitute(value, (name) => this.#reference(name, group));
    if (Array.isArray(value))
      return (value as readonly PythonValue[]).map((item) => this.#substitute(item, group));
    if (!(value instanceof Map)) return value;
    return new Map(
      Array.from(value as PythonDict, ([key, item]): [string, PythonValue] => [
        substitute(key, (name) => this.#reference(name, group)),
        this.#substitute(item, group),
      ]),
    );
  }

  /** The text for `$name` or `$group.name`; `undefined` where Python's KeyError leaves the placeholder. */
  #reference(name: string, group: string | null): string | undefined {
    const dot = name.indexOf('.');
    try {
      let value: PythonValue | typeof GROUP;
      try {
        value = dot < 0 ? this.#lookUp(name, group) : this.#lookUp(name.slice(dot + 1), name.slice(0, dot));
      } catch (error) {
        if (!(error instanceof OsloError) || error.kind !== 'NoSuchOptError') throw error;
        value = this.#lookUp(name, null);
      }
      if (value === GROUP) {
        throw new OsloError(
          'TemplateSubstitutionError',
          `template substitution error: substituting group ${name} not supported`,
        );
      }
      return value === null ? '' : str(value);
    } catch (error) {
      if (error instanceof OsloError && error.kind === 'KeyError') return undefined;
      throw error;
    }
  }
}

/** A value of an option that takes many is converted item by item; a text then counts as its characters. */
const convert = (option: OsloOption, value: PythonValue): PythonValue => {
  if (!option.isMultiple) return option.type.convert(value);
  if (value instanceof Map) return Array.from((value as PythonDict).keys());
  if (typeof value === 'string' || Array.isArray(value)) {
    return Array.from(value as Iterable<PythonValue>, (item) => option.type.convert(item));
  }
  const name = { boolean: 'bool', bigint: 'int', number: 'float' }[typeof value as 'boolean'];
  throw new OsloError('TypeError', `'${name}' object is not iterable`);
};

/** Order of code points, which is Python's order of strings. */
const compareText = (left: string, right: string): number => {
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
