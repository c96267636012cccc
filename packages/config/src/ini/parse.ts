import { strip, stripEnd, stripStart } from './whitespace.ts';

/** One `key = value` of a file, continuation lines joined by a line feed. */
export interface Assignment {
  /** The section as written, without its brackets; `undefined` before the first section. */
  readonly section: string | undefined;
  readonly key: string;
  readonly value: string;
  /** Line of the key, counted from 1. */
  readonly line: number;
  /** Line at which the parser knew that the value was complete; oslo.config reports this one. */
  readonly endLine: number;
}

/** Something that is not oslo INI. */
export interface IniProblem {
  readonly line: number;
  readonly message: string;
  /** The offending line; `undefined` for an assignment outside a section. May hold a secret. */
  readonly text: string | undefined;
}

/** What a file says, in its order. */
export interface IniDocument {
  /** Section names in order of first appearance. */
  readonly sections: readonly string[];
  readonly assignments: readonly Assignment[];
  /** In order of line; a caller that wants oslo.config's behaviour stops at the first. */
  readonly problems: readonly IniProblem[];
}

interface Pending {
  readonly key: string;
  readonly line: number;
  readonly parts: string[];
}

/** Splits at the first `:` or `=`, whichever comes first. A value quoted as a whole loses its quotes. */
const splitAssignment = (line: string): readonly [string, string] | undefined => {
  const at = line.search(/[:=]/u);
  if (at < 0) return undefined;
  const value = strip(line.slice(at + 1));
  const quote = value.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && value.endsWith(quote);
  return [strip(line.slice(0, at)), isQuoted ? value.slice(1, -1) : value];
};

/** The problem of a line that starts with `[`, or its section. */
const sectionOf = (line: string): { section: string } | { problem: string } => {
  if (!line.endsWith(']')) return { problem: 'Invalid section (must end with ])' };
  if (line.length <= 2) return { problem: 'Empty section name' };
  return { section: line.slice(1, -1) };
};

/**
 * Reads the INI dialect of oslo.config: `key = value` or `key: value`, lines that start with a blank continue
 * the value before, an empty line ends it, `#` and `;` start a comment at the first column only, keys repeat.
 * Line ends are `\n`, `\r\n` or `\r`. Never throws: problems are collected.
 * @parity oslo.config 9.0.0 iniparser.py BaseParser — same
 */
export const parseIni = (text: string): IniDocument => {
  const sections = new Set<string>();
  const assignments: Assignment[] = [];
  const problems: IniProblem[] = [];
  let section: string | undefined;
  let pending: Pending | undefined;
  let number = 0;

  const flush = (): void => {
    if (pending === undefined) return;
    const { key, line, parts } = pending;
    pending = undefined;
    if (section === undefined) {
      problems.push({ line: number, message: 'Section must be started before assignment', text: undefined });
    }
    assignments.push({ section, key, value: parts.join('\n'), line, endLine: number });
  };

  const lines = text.split(/\r\n|\n|\r/u);
  if (lines.at(-1) === '') lines.pop();
  for (const raw of lines) {
    number += 1;
    const line = stripEnd(raw);
    if (line === '') {
      flush();
      continue;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (pending === undefined)
        problems.push({ line: number, message: 'Unexpected continuation line', text: line });
      else pending.parts.push(stripStart(line));
      continue;
    }
    flush();
    if (line.startsWith('[')) {
      const found = sectionOf(line);
      if ('problem' in found) {
        problems.push({ line: number, message: found.problem, text: line });
        continue;
      }
      ({ section } = found);
      sections.add(section);
    } else if (!line.startsWith('#') && !line.startsWith(';')) {
      const split = splitAssignment(line);
      if (split === undefined) {
        problems.push({ line: number, message: "No ':' or '=' found in assignment", text: line });
      } else if (split[0] === '') {
        problems.push({ line: number, message: 'Key cannot be empty', text: line });
      } else {
        pending = { key: split[0], line: number, parts: [split[1]] };
      }
    }
  }
  flush();
  return { sections: [...sections], assignments, problems };
};

/** The name under which oslo.config looks a section up: lower case, `DEFAULT` as it is. */
export const normalizeSection = (name: string): string => (name === 'DEFAULT' ? name : name.toLowerCase());
