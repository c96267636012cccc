import { OsloError } from './errors.ts';
import type { CommandLineOption } from './namespace.ts';
import { declareOption, isSameOption, type OsloDeclaration, type OsloOption } from './option.ts';
import { reprText } from './python.ts';

/** Names that options without a group may not have. */
const RESERVED = new Set([
  'project',
  'prog',
  'version',
  'usage',
  'default_config_files',
  'default_config_dirs',
]);

type Options = Map<string, OsloOption>;

/** The error for a name that no option has. */
export const noSuchOption = (name: string, group: string | null): OsloError =>
  new OsloError('NoSuchOptError', `no such option ${name} in group [${group ?? 'DEFAULT'}]`);

/**
 * The options that were declared, by group and name.
 * @parity oslo.config 9.0.0 cfg.py ConfigOpts.register_opt, _get_opt_info — same
 */
export class Registry {
  readonly #options: Options = new Map();
  readonly #groups = new Map<string, Options>();
  /** Deprecated group → deprecated name → the option and its group. */
  readonly #renamed = new Map<string, Map<string, CommandLineOption>>();
  readonly #commandLine: CommandLineOption[] = [];

  constructor() {
    this.#options.set('config_source', declareOption({ name: 'config_source', type: 'list', default: [] }));
  }

  /** Options that may stand on the command line, the newest first. */
  get commandLine(): readonly CommandLineOption[] {
    return this.#commandLine;
  }

  /** Whether there is a group of this name. */
  hasGroup(name: string): boolean {
    return this.#groups.has(name);
  }

  /** Every option with its group: those without one first, then group by group. */
  *all(): Generator<CommandLineOption> {
    for (const [group, options] of [[null, this.#options] as const, ...this.#groups]) {
      for (const option of options.values()) yield { option, group };
    }
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

  /** Declares the two options that name files. @throws OsloError when the program has taken their names */
  registerFileOptions(): void {
    for (const name of ['config_file', 'config_dir']) {
      const hyphened = name.replace('_', '-');
      if (this.#options.has(name)) throw new OsloError('DuplicateOptError', `duplicate option: ${hyphened}`);
      this.#options.set(name, declareOption({ name: hyphened, type: 'list' }));
    }
  }

  /** The option of a name, also of a deprecated one. @throws OsloError NoSuchGroupError, NoSuchOptError, KeyError */
  named(name: string, group: string | null): OsloOption {
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
}
