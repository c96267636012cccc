import type { DeclaredOption } from './declared.ts';
import type { Issue } from './errors.ts';
import { normalizeSection } from './ini/parse.ts';
import type { Warning } from './reports.ts';
import { readArguments } from './sources/arguments.ts';
import { variableOf } from './sources/environment.ts';
import { readFiles, type FileSections } from './sources/files.ts';
import type { Sources } from './sources/sources.ts';

/** A text that sets an option, and who wrote it. */
export interface Written {
  readonly text: string;
  readonly origin: Origin;
}

/** Who wrote a text: a place in a file, or what to call it. */
export type Origin = { readonly file: string; readonly line: number } | { readonly name: string };

/** Everything the command line, the environment and the files say, not yet read as values. */
export interface Evidence {
  /** The texts that set an option by its highest-ranking source; more than one only for a multi-string. */
  readonly find: (declared: DeclaredOption) => readonly Written[] | undefined;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Warning[];
}

interface FoundInFiles {
  readonly texts: readonly Written[];
  readonly warnings: readonly Warning[];
}

/**
 * Looks an option up in files, the last file first and in each the present name first. A multi-string collects what
 * all files say, from the first file on, deprecated names before the present one.
 */
const findInFiles = (declared: DeclaredOption, files: readonly FileSections[]): FoundInFiles | undefined => {
  const isMultiple = declared.option.type === 'multiString';
  const warnings: Warning[] = [];
  let texts: readonly Written[] = [];
  for (const sections of files) {
    for (const [index, { section, name }] of declared.written.entries()) {
      const values = sections.get(section)?.get(name);
      const last = values?.at(-1);
      if (values === undefined || last === undefined) continue;
      if (index > 0) {
        const message = `is set by its deprecated name [${section}] ${name}; write [${declared.group}] ${declared.name}`;
        warnings.push({
          kind: 'deprecatedName',
          path: declared.path,
          message,
          file: last.file,
          line: last.line,
        });
      }
      const found = (isMultiple ? values : [last]).map(({ value, file, line }) => ({
        text: value,
        origin: { file, line },
      }));
      if (!isMultiple) return { texts: found, warnings };
      texts = [...found, ...texts];
    }
  }
  return texts.length > 0 ? { texts, warnings } : undefined;
};

/** Names in the sections of known groups that no option has. */
const unknownOptions = (
  options: readonly DeclaredOption[],
  files: readonly FileSections[],
): readonly Warning[] => {
  const groups = new Map(options.map(({ group }) => [normalizeSection(group), group]));
  const known = new Set(
    options.flatMap(({ written }) => written.map(({ section, name }) => JSON.stringify([section, name]))),
  );
  const warnings: Warning[] = [];
  for (const sections of files.toReversed()) {
    for (const [section, keys] of sections) {
      const group = groups.get(section);
      if (group === undefined) continue;
      for (const [key, values] of keys) {
        const [first] = values;
        if (first === undefined || known.has(JSON.stringify([section, key]))) continue;
        const meant = key.replaceAll('-', '_').toLowerCase();
        const advice = known.has(JSON.stringify([section, meant])) ? `; write ${meant}` : '';
        const { file, line } = first;
        warnings.push({
          kind: 'unknownOption',
          path: `${group}.${key}`,
          message: `is no option${advice}`,
          file,
          line,
        });
      }
    }
  }
  return warnings;
};

/** Reads all sources of text: the command line outranks the environment, which outranks the files. */
export const gatherEvidence = (options: readonly DeclaredOption[], sources: Sources): Evidence => {
  const line = readArguments(sources.arguments ?? [], options);
  const directories =
    line.directories.length > 0
      ? line.directories.map((path) => ({ path, isOptional: false }))
      : (sources.directories ?? []).map((path) => ({ path, isOptional: true }));
  const read = readFiles(line.files.length > 0 ? line.files : (sources.files ?? []), directories);
  const warnings: Warning[] = [...unknownOptions(options, read.files)];
  const found = new Map<DeclaredOption, readonly Written[]>();
  for (const declared of options) {
    const { option } = declared;
    const inFiles = findInFiles(declared, read.files);
    warnings.push(...(inFiles?.warnings ?? []));
    const name = variableOf(declared);
    const variable = sources.environment?.[name];
    const given = line.texts.get(declared);
    const asGiven = given?.map(({ text, flag }) => ({ text, origin: { name: flag } }));
    const all =
      (option.type === 'multiString' ? asGiven : asGiven?.slice(-1)) ??
      (variable === undefined ? inFiles?.texts : [{ text: variable, origin: { name } }]);
    if (all === undefined) continue;
    found.set(declared, all);
    if (option.deprecatedForRemoval === undefined) continue;
    const { reason, since } = option.deprecatedForRemoval;
    const message = `is deprecated${since === undefined ? '' : ` since ${since}`} and will be removed${reason === undefined ? '' : `: ${reason}`}`;
    const origin = all.at(-1)?.origin ?? { name };
    warnings.push({
      kind: 'deprecatedForRemoval',
      path: declared.path,
      message,
      ...('file' in origin ? origin : {}),
    });
  }
  return { find: (declared) => found.get(declared), issues: [...line.issues, ...read.issues], warnings };
};
