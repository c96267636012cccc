import { normalizeSection, parseIni } from '../ini/parse.ts';
import { OsloError } from './errors.ts';
import type { OsloOption } from './option.ts';
import { reprText, type PythonValue } from './python.ts';

/** Where oslo.config says that a value came from. */
export interface Location {
  readonly kind: 'user' | 'command_line' | 'environment';
  /** Path of the file, name of the variable, or nothing. */
  readonly detail: string;
}

/** A value as it was written, with its location. */
export interface Located {
  readonly value: PythonValue;
  readonly location: Location;
}

/** An option and the group it is looked up in; `null` is the group of the options without one. */
export interface CommandLineOption {
  readonly option: OsloOption;
  readonly group: string | null;
}

type Sections = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
type Name = readonly [group: string | null, name: string];

const readSections = (path: string, text: string): { raw: readonly string[]; sections: Sections } => {
  const { assignments, problems, sections: raw } = parseIni(text);
  const [problem] = problems;
  if (problem !== undefined) {
    const line = problem.text === undefined ? 'None' : reprText(problem.text);
    const where = `Failed to parse ${path}: at ${path}:${String(problem.line)}, ${problem.message}`;
    throw new OsloError('ConfigFileParseError', `${where}: ${line}`, where);
  }
  const sections = new Map<string, Map<string, string[]>>(
    raw.map((name) => [normalizeSection(name), new Map()]),
  );
  for (const { section, key, value } of assignments) {
    const keys = sections.get(normalizeSection(section ?? ''));
    const values = keys?.get(key);
    if (values === undefined) keys?.set(key, [value]);
    else values.push(value);
  }
  return { raw, sections };
};

const namesOf = (option: OsloOption, group: string | null): readonly Name[] => [
  [group, option.dest],
  ...option.deprecated.map(({ name, group: older }): Name => [
    older === null || older === '' ? group : older,
    name === '' ? option.dest : name,
  ]),
];

/**
 * What the command line and the files have said so far. Options that may stand on the command line get the values
 * of files as attributes, in the order in which arguments and files come, so that the last one wins.
 * @parity oslo.config 9.0.0 cfg.py _Namespace — same
 */
export class Namespace {
  readonly filesNotFound: string[] = [];
  readonly filesNotPermitted: string[] = [];
  readonly files: string[] = [];
  readonly #attributes = new Map<string, PythonValue>();
  /** The newest file first. */
  readonly #parsed: Sections[] = [];
  readonly #fileOfSection = new Map<string, string>();

  /** Adds a file that was read. @throws OsloError ConfigFileParseError */
  addFile(path: string, text: string, commandLineOptions: Iterable<CommandLineOption>): void {
    const { raw, sections } = readSections(path, text);
    this.#add(path, raw, sections);
    const only = new Namespace();
    only.#add(path, raw, sections);
    for (const { option, group } of commandLineOptions) {
      const found = only.find(option, group);
      if (found === undefined) continue;
      const attribute = attributeOf(group, option.dest);
      if (option.isMultiple) this.append(attribute, found.value as readonly PythonValue[]);
      else this.set(attribute, found.value);
    }
  }

  #add(path: string, raw: readonly string[], sections: Sections): void {
    for (const section of raw) this.#fileOfSection.set(section, path);
    this.#parsed.unshift(sections);
  }

  set(attribute: string, value: PythonValue): void {
    this.#attributes.set(attribute, value);
  }

  append(attribute: string, values: readonly PythonValue[]): void {
    const before = this.#attributes.get(attribute) ?? [];
    this.#attributes.set(attribute, [...(before as readonly PythonValue[]), ...values]);
  }

  /** The value of an option, not converted, by any of its names; `undefined` when nothing sets it. */
  find(option: OsloOption, group: string | null): Located | undefined {
    const names = namesOf(option, group);
    const inFile = this.#findInFiles(names, option.isMultiple);
    for (const [section, name] of names) {
      const value = this.#attributes.get(attributeOf(section, name)) ?? null;
      if (value !== null)
        return { value, location: inFile?.location ?? { kind: 'command_line', detail: '' } };
    }
    return inFile;
  }

  #findInFiles(names: readonly Name[], isMultiple: boolean): Located | undefined {
    const sectionNames = names.map(([group, name]): readonly [string, string] => [
      normalizeSection(group ?? 'DEFAULT'),
      name,
    ]);
    let location: Location | undefined;
    let all: readonly string[] = [];
    for (const sections of this.#parsed) {
      for (const [section, name] of sectionNames) {
        const values = sections.get(section)?.get(name);
        if (values === undefined) continue;
        location ??= { kind: 'user', detail: this.#fileOfSection.get(section) ?? '' };
        if (!isMultiple) return { value: values.at(-1) ?? null, location };
        all = [...values, ...all];
      }
    }
    return location === undefined ? undefined : { value: all, location };
  }
}

/** The name under which a command-line value is kept, which two options can share. */
export const attributeOf = (group: string | null, dest: string): string =>
  group === null ? dest : `${group}_${dest}`;
