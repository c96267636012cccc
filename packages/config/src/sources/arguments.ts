import type { DeclaredOption } from '../declared.ts';
import type { Issue } from '../errors.ts';

/** A text that an argument gives an option. */
export interface GivenText {
  readonly text: string;
  /** The argument's name as it was written, such as `--api-bind-port`. */
  readonly flag: string;
}

/** What a command line says. */
export interface ArgumentsRead {
  /** Texts of each option that was given, in their order. */
  readonly texts: ReadonlyMap<DeclaredOption, readonly GivenText[]>;
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly issues: readonly Issue[];
}

/** What an argument's name stands for. */
type Meaning =
  | { readonly source: 'file' | 'directory' }
  | { readonly declared: DeclaredOption; readonly word: string | undefined };

const canonical = (name: string): string => name.replaceAll('_', '-').toLowerCase();

const prefixOf = (group: string): string => (group === 'DEFAULT' ? '' : `${group}-`);

/** Names on the command line: `--group-name`, and of a truth value also `--group-noname` and `--group-no-name`. */
const meaningsOf = (options: readonly DeclaredOption[]): ReadonlyMap<string, Meaning> => {
  const meanings = new Map<string, Meaning>([
    ['config-file', { source: 'file' }],
    ['config-dir', { source: 'directory' }],
  ]);
  const add = (name: string, meaning: Meaning): void => {
    const key = canonical(name);
    if (!meanings.has(key)) meanings.set(key, meaning);
  };
  for (const declared of options) {
    const isFlag = declared.option.type === 'boolean';
    for (const [index, { section, name }] of declared.written.entries()) {
      const prefix = prefixOf(index === 0 ? declared.group : section);
      add(prefix + name, { declared, word: isFlag ? 'true' : undefined });
      if (!isFlag) continue;
      add(`${prefix}no${name}`, { declared, word: 'false' });
      add(`${prefix}no-${name}`, { declared, word: 'false' });
    }
  }
  return meanings;
};

/** Reads a command line. What it does not know is an issue; values are not printed, they may be secret. */
export const readArguments = (
  words: readonly string[],
  options: readonly DeclaredOption[],
): ArgumentsRead => {
  const meanings = meaningsOf(options);
  const texts = new Map<DeclaredOption, GivenText[]>();
  const sources: { readonly file: string[]; readonly directory: string[] } = { file: [], directory: [] };
  const issues: Issue[] = [];

  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('--') || word === '--') {
      issues.push({ path: `argument ${String(index + 1)}`, message: 'belongs to no option' });
      continue;
    }
    const at = word.indexOf('=');
    const flag = at < 0 ? word : word.slice(0, at);
    const meaning = meanings.get(canonical(flag.slice(2)));
    if (meaning === undefined) {
      issues.push({ path: flag, message: 'is no option' });
      continue;
    }
    let value = at < 0 ? undefined : word.slice(at + 1);
    if ('declared' in meaning && meaning.word !== undefined) {
      if (meaning.word === 'false' && value !== undefined) {
        issues.push({ path: flag, message: 'takes no value' });
        continue;
      }
      value ??= meaning.word;
    } else if (value === undefined) {
      value = words[index + 1];
      if (value === undefined || value.startsWith('--')) {
        issues.push({ path: flag, message: `needs a value; write ${flag}=VALUE` });
        continue;
      }
      index += 1;
    }
    if ('source' in meaning) sources[meaning.source].push(value);
    else texts.set(meaning.declared, [...(texts.get(meaning.declared) ?? []), { text: value, flag }]);
  }
  return { texts, files: sources.file, directories: sources.directory, issues };
};
