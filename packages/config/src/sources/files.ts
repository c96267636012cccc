import type { Issue } from '../errors.ts';
import { normalizeSection, parseIni } from '../ini/parse.ts';
import { absolutePath, listConfigurationFiles, readText } from './file-system.ts';
import type { FileSource } from './sources.ts';

/** A value as a file writes it. */
export interface FileValue {
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/** What one file says: section (in the form of `normalizeSection`) → key → its values in their order. */
export type FileSections = ReadonlyMap<string, ReadonlyMap<string, readonly FileValue[]>>;

/** What all files say, the last file first, and what is wrong with them. */
export interface FilesRead {
  readonly files: readonly FileSections[];
  readonly issues: readonly Issue[];
}

const WRONG_LINES: ReadonlyMap<string, string> = new Map([
  ['Section must be started before assignment', 'an assignment before the first [section]'],
  ['Unexpected continuation line', 'an indented line that continues nothing'],
  ["No ':' or '=' found in assignment", 'a line without = or :'],
  ['Key cannot be empty', 'an assignment without a name'],
  ['Invalid section (must end with ])', 'a section header that does not end with ]'],
  ['Empty section name', 'a section header without a name'],
]);

const readSections = (file: string, text: string): { sections: FileSections; issues: readonly Issue[] } => {
  const { assignments, problems } = parseIni(text.replace(/^\uFEFF/u, ''));
  const sections = new Map<string, Map<string, FileValue[]>>();
  for (const { section = '', key, value, line } of assignments) {
    const name = normalizeSection(section);
    const keys = sections.get(name) ?? new Map<string, FileValue[]>();
    sections.set(name, keys);
    const values = keys.get(key);
    if (values === undefined) keys.set(key, [{ value, file, line }]);
    else values.push({ value, file, line });
  }
  const issues = problems.map(({ line, message }) => ({
    path: file,
    message: WRONG_LINES.get(message) ?? message,
    file,
    line,
  }));
  return { sections, issues };
};

/** A directory that must exist because someone named it, or need not. */
export interface DirectorySource {
  readonly path: string;
  readonly isOptional: boolean;
}

/** Reads files, then the files of directories. What cannot be read is an issue. */
export const readFiles = (
  files: readonly FileSource[],
  directories: readonly DirectorySource[],
): FilesRead => {
  const all: FileSections[] = [];
  const issues: Issue[] = [];
  const take = (path: string, reading: ReturnType<typeof readText>): void => {
    if ('problem' in reading) {
      issues.push({ path, message: reading.message, file: path });
      return;
    }
    const { sections, issues: found } = readSections(path, reading.text);
    all.unshift(sections);
    issues.push(...found);
  };
  for (const file of files) {
    if (typeof file === 'object') {
      take(file.path, file);
      continue;
    }
    const path = absolutePath(file);
    take(path, readText(path));
  }
  for (const { path: written, isOptional } of directories) {
    const path = absolutePath(written);
    const found = listConfigurationFiles(path);
    if (found === undefined && !isOptional)
      issues.push({ path, message: 'there is no such directory', file: path });
    for (const file of found ?? []) take(file, readText(file));
  }
  return { files: all, issues };
};
