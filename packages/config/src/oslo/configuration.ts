import { substitute } from '../template.ts';
import { parseArguments } from './argument-parser.ts';
import { buildActions, compareText, type OsloFiles } from './command-line.ts';
import { caught, OsloError } from './errors.ts';
import { Namespace, type Located, type Location } from './namespace.ts';
import type { OsloDeclaration, OsloOption } from './option.ts';
import { reprText, str, type PythonDict, type PythonValue } from './python.ts';
import { noSuchOption, Registry } from './registry.ts';

const LOCATIONS: Readonly<Record<Location['kind'], string>> = {
  user: '<Locations.user: (4, True)>',
  command_line: '<Locations.command_line: (5, True)>',
  environment: '<Locations.environment: (6, True)>',
};

/** A group in the place of a value: what a reference to a group's name finds. */
const GROUP: unique symbol = Symbol('group');

/**
 * oslo.config's `ConfigOpts`, error for error: options are registered, then `load` reads command line and files,
 * then `get` converts one value at a time.
 * @parity oslo.config 9.0.0 cfg.py ConfigOpts — same; of a RecursionError the kind
 */
export class OsloConfiguration {
  readonly #registry = new Registry();
  readonly #environment: ReadonlyMap<string, string>;
  readonly #files: OsloFiles;
  #namespace: Namespace | undefined;
  readonly #found = new Map<string, { value: PythonValue } | { error: OsloError }>();
  readonly #pending = new Set<string>();

  constructor(environment: ReadonlyMap<string, string>, files: OsloFiles) {
    this.#environment = environment;
    this.#files = files;
  }

  /** Declares an option. @throws OsloError for a reserved or duplicate name or a broken declaration */
  register(declaration: OsloDeclaration, group: string | null, isOnCommandLine: boolean): void {
    this.#registry.register(declaration, group, isOnCommandLine);
  }

  /**
   * Reads the command line and the files it names, and checks that what is required is there.
   * @throws OsloError the first that oslo.config would raise
   */
  load(argumentList: readonly string[]): void {
    this.#registry.registerFileOptions();
    const namespace = new Namespace();
    parseArguments(buildActions(this.#registry.commandLine, this.#files), argumentList, namespace);
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
    for (const { option, group } of this.#registry.all()) {
      if (!option.isRequired || this.#lookUp(option.dest, group) !== null) continue;
      throw new OsloError(
        'RequiredOptError',
        `value required for option ${option.name} in group [${group ?? 'DEFAULT'}]`,
      );
    }
  }

  /** Options on the command line are converted at once, in order of name; a bad one ends the program. */
  #validateCommandLine(namespace: Namespace): void {
    const inOrder = this.#registry.commandLine.toSorted((left, right) =>
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
    if (group === null && this.#registry.hasGroup(name)) return GROUP;
    const key = JSON.stringify([group, name]);
    const known = this.#found.get(key);
    if (known !== undefined) {
      if ('error' in known) throw known.error;
      return known.value;
    }
    if (this.#pending.has(key))
      throw new OsloError('RecursionError', 'maximum recursion depth exceeded while calling a Python object');
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
    const option = this.#registry.named(name, group);
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
