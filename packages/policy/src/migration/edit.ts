import type * as Yaml from 'yaml';
import type { Document, Pair, Scalar, YAMLMap } from 'yaml';
import { PolicyMigrationError } from '../errors.ts';
import { formatPolicyLine, formatRuleValue } from '../documents/policy-line.ts';
import { quoteYaml } from '../yaml/quote.ts';
import type { Plan, Step } from './plan.ts';

type YamlLibrary = typeof Yaml;

/** A rule of the file, and the text that holds it: whole lines, without the last line's end. */
interface Entry {
  readonly name: string;
  readonly key: readonly [start: number, end: number];
  readonly start: number;
  readonly end: number;
  /** Where the value ends, whatever stands after it on its line. */
  readonly valueEnd: number;
  /** The value, where it is a text. */
  readonly value: string | undefined;
  /** Whether a later entry has the same name, so that this one counts for nothing. */
  readonly isDead: boolean;
}

interface Comment {
  readonly offset: number;
  readonly text: string;
  /** Whether something else stands before it on its line. */
  readonly isTrailing: boolean;
}

/** Names that need no quotes as a key. */
const PLAIN_KEY = /^(?!(?:yes|no|true|false|on|off|null|y|n)$)[a-z_][\w./-]*(?::[\w./-]+)*$/i;

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
};

const rangeOf = (node: unknown): readonly [number, number, number] | undefined =>
  (node as Scalar | null | undefined)?.range ?? undefined;

const commentLines = (text: string): string => text.replace(/^/gm, '#');

const proseLines = (text: string): string[] =>
  text.split(/[\n\r\u0085\u2028\u2029]/).map((line) => `# ${line}`.trimEnd());

/** A policy file's text, changed. */
export interface EditedText {
  readonly text: string;
  /** Names that stood in the file before and count there only at their last place; the others are comments now. */
  readonly repeated: readonly string[];
}

/** Reads the places of the rules and comments of one policy file, and writes it anew with some of them changed. */
class Editor {
  readonly #path: string;
  readonly #text: string;
  readonly #yaml: YamlLibrary;
  readonly #plan: Plan;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(
    path: string,
    text: string,
    values: ReadonlyMap<string, unknown>,
    plan: Plan,
    yaml: YamlLibrary,
  ) {
    this.#path = path;
    this.#text = text;
    this.#values = values;
    this.#plan = plan;
    this.#yaml = yaml;
  }

  write(): EditedText {
    const document = this.#parse();
    const { contents } = document;
    if (!this.#yaml.isMap(contents)) return { text: this.#text, repeated: [] };
    const entries = this.#entriesOf(contents);
    this.#refuseWhatHangsTogether(document);
    return {
      text: (contents as YAMLMap).flow === true ? this.#rewrite(entries) : this.#editLines(entries),
      repeated: entries.filter(({ isDead }) => isDead).map(({ name }) => name),
    };
  }

  #refuse(reason: string): PolicyMigrationError {
    return new PolicyMigrationError(this.#path, reason);
  }

  #parse(): Document.Parsed {
    try {
      return this.#yaml.parseDocument(this.#text, {
        version: '1.1',
        schema: 'failsafe',
        uniqueKeys: false,
        strict: false,
        logLevel: 'silent',
      });
    } catch (cause) {
      throw this.#refuse(`its parts cannot be told apart: ${(cause as Error).message}`);
    }
  }

  #entriesOf(map: YAMLMap): Entry[] {
    const last = new Map<string, Pair>();
    const named = map.items.map((pair) => {
      const name = this.#yaml.isScalar(pair.key) ? String(pair.key.value) : undefined;
      if (name === undefined || !this.#values.has(name)) {
        throw this.#refuse(`the key ${JSON.stringify(name ?? 'of a rule')} is more than a name`);
      }
      last.set(name, pair);
      return { name, pair };
    });
    if (last.size !== this.#values.size) throw this.#refuse('not every rule has a key of its own');
    return named.map(({ name, pair }) => {
      const key = rangeOf(pair.key);
      if (key === undefined) throw this.#refuse(`the rule ${name} has no place of its own`);
      let end = Math.max(key[1], rangeOf(pair.value)?.[1] ?? 0);
      // The text of a block ends with the end of its last line.
      if (this.#text[end - 1] === '\n') end -= 1;
      return {
        name,
        key: [key[0], key[1]],
        start: lineStart(this.#text, key[0]),
        end: lineEnd(this.#text, end),
        valueEnd: end,
        value: this.#yaml.isScalar(pair.value) ? String(pair.value.value) : undefined,
        isDead: last.get(name) !== pair,
      };
    });
  }

  /** Rules that share a text by anchors can only be changed together. */
  #refuseWhatHangsTogether(document: Document.Parsed): void {
    const aliases: unknown[] = [];
    this.#yaml.visit(document, {
      Alias: (_, alias) => {
        aliases.push(alias);
        return this.#yaml.visit.BREAK;
      },
    });
    if (aliases.length > 0 && this.#plan.steps.size > 0) {
      throw this.#refuse('rules share texts by anchors and aliases; write them out first');
    }
  }

  /** Changes lines of a file and leaves all others as they are, byte for byte. */
  #editLines(entries: readonly Entry[]): string {
    let written = '';
    let at = 0;
    for (const entry of entries) {
      if (entry.start < at) throw this.#refuse(`the rule ${entry.name} shares its line with another`);
      written += this.#text.slice(at, entry.start) + this.#editEntry(entry);
      at = entry.end;
    }
    return written + this.#text.slice(at);
  }

  #editEntry(entry: Entry): string {
    const source = this.#text.slice(entry.start, entry.end);
    const step = this.#plan.steps.get(entry.name);
    if (entry.isDead || step?.type === 'comment-out' || step?.type === 'prose') return commentLines(source);
    if (step === undefined || step.type === 'keep') return source;
    const renamed = step.to.map((name) => this.#withKey(entry, name));
    return (step.type === 'copy' ? [source, ...renamed] : renamed).join('\n');
  }

  #withKey({ key: [start, end], start: from, end: to }: Entry, name: string): string {
    const isQuoted = /^["']/.test(this.#text.slice(start, end));
    const key = isQuoted || !PLAIN_KEY.test(name) ? quoteYaml(name) : name;
    return this.#text.slice(from, start) + key + this.#text.slice(end, to);
  }

  /** Writes a mapping in braces, as JSON is, with a line for each rule. */
  #rewrite(entries: readonly Entry[]): string {
    const comments = this.#comments();
    const lines: string[] = [];
    let next = 0;
    for (const entry of entries) {
      for (; (comments[next]?.offset ?? Infinity) < entry.key[0]; next += 1)
        this.#place(comments[next], lines);
      lines.push(...this.#linesOf(entry));
    }
    for (; next < comments.length; next += 1) this.#place(comments[next], lines);
    return lines.map((line) => `${line}\n`).join('');
  }

  #place(comment: Comment | undefined, lines: string[]): void {
    if (comment === undefined) return;
    const last = lines.at(-1);
    const canFollow = comment.isTrailing && last !== undefined && !last.startsWith('#');
    if (canFollow) lines[lines.length - 1] = `${last} ${comment.text}`;
    else lines.push(comment.text);
  }

  #linesOf({ name, isDead, key, value: text, valueEnd }: Entry): string[] {
    const value = this.#values.get(name);
    if (isDead) {
      // Its value is not the one that counts; the text is all there is of it.
      const isProse = this.#isProse(name) && text !== undefined;
      return isProse ? proseLines(text) : [commentLines(this.#text.slice(key[0], valueEnd))];
    }
    const step = this.#plan.steps.get(name);
    const line = formatPolicyLine(name, value);
    if (step === undefined || step.type === 'keep') return [line];
    switch (step.type) {
      case 'prose':
        return proseLines(typeof value === 'string' ? value : formatRuleValue(value));
      case 'comment-out':
        return [commentLines(line)];
      default: {
        const renamed = step.to.map((to) => formatPolicyLine(to, value));
        return step.type === 'copy' ? [line, ...renamed] : renamed;
      }
    }
  }

  #isProse(name: string): boolean {
    const step: Step | undefined = this.#plan.steps.get(name);
    return step?.type === 'prose';
  }

  #comments(): Comment[] {
    const comments: Comment[] = [];
    let offset = 0;
    let previous = '';
    for (const token of new this.#yaml.Lexer().lex(this.#text)) {
      const isMark = token === '\u001f' || token === '\u0002' || token === '\u0018';
      if (token.startsWith('#') && previous !== '\u001f') {
        const before = this.#text.slice(lineStart(this.#text, offset), offset);
        comments.push({ offset, text: token.trimEnd(), isTrailing: before.trim() !== '' });
      }
      previous = token;
      if (!isMark) offset += token.length;
    }
    return comments;
  }
}

/**
 * Writes the text of a policy file with a plan carried out. Comments and order stay; in YAML all other lines stay as
 * they are, and JSON becomes YAML.
 * @param values the rules as they are written, by name
 * @throws PolicyMigrationError (ERR_POLICY_MIGRATION) where rules cannot be changed one by one
 */
export const editPolicyText = async (
  path: string,
  text: string,
  values: ReadonlyMap<string, unknown>,
  plan: Plan,
): Promise<EditedText> => new Editor(path, text, values, plan, await import('yaml')).write();
