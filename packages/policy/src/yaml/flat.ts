import type { Position } from '../errors.ts';
import type { YamlDocument } from './document.ts';
import { positionsOf } from './source.ts';

const DOUBLE = '"([ !#-\\[\\]-~]*)"';
const SINGLE = "'([ -&(-~]*)'";
const PLAIN_KEY = '([A-Za-z_][\\w:./-]*)';
/** A plain value, which may go on on indented lines. It ends before the spaces after it: nothing tries those twice. */
const PLAIN_VALUE = "([(A-Za-z_][\\w:.%()/' -]*(?:\\r?\\n +[\\w(%][\\w:.%()/' -]*)*(?<! ))";
const END = '(?: +#[ -~]*| *)(?:\\r?\\n|$)';

/** `key: value` on a line of its own. */
const ENTRY = `(?:${DOUBLE}|${SINGLE}|${PLAIN_KEY}) *: +(?:${DOUBLE}|${SINGLE}|${PLAIN_VALUE})${END}`;
/** `"key": "value",` on a line of its own, as in JSON. */
const JSON_ENTRY = ` *${DOUBLE} *: +${DOUBLE}(,?) *\\r?\\n`;
const BLANK = / *(?:#[ -~]*)?(?:\r?\n|$)/y;
const JSON_OPEN = /\{ *\r?\n/y;
const JSON_CLOSE = / *\}(?: *\r?\n)* *$/y;
/** Longer keys must not stand alone before a colon in YAML. */
const MAX_KEY_LENGTH = 1000;
/** Keys that are more than a name without quotes: words for a truth value or nothing, and what ends in a colon. */
const NO_KEY = /^(?:yes|no|true|false|on|off|null)$|:$/i;

/** Collects rules and where their lines start. */
class FlatReader {
  readonly #text: string;
  readonly #rules = new Map<string, string>();
  readonly #offsets = new Map<string, number>();
  readonly #positionAt: (offset: number) => Position;
  #entry = ENTRY;
  /** Reads a line for the places of its parts; made when they are asked for. */
  #placing: RegExp | undefined;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#positionAt = positionsOf(text);
  }

  read(): YamlDocument | undefined {
    this.#skipBlanks();
    if (this.#match(JSON_OPEN) !== null) this.#entry = JSON_ENTRY;
    const isRead = this.#entry === ENTRY ? this.#readLines() : this.#readJson();
    return isRead ? { value: this.#rules, locate: (key) => this.#locate(key) } : undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && this.#match(BLANK) !== null);
  }

  /** Reads the line again, this time for the places of its parts. */
  #locate(key: string): Position | undefined {
    const offset = this.#offsets.get(key);
    if (offset === undefined) return undefined;
    const pattern = (this.#placing ??= new RegExp(this.#entry, 'dy'));
    pattern.lastIndex = offset;
    const places = pattern.exec(this.#text)?.indices ?? [];
    if (this.#entry === JSON_ENTRY) return this.#positionAt((places[2]?.[0] ?? 0) - 1);
    const quoted = places[4] ?? places[5];
    return this.#positionAt(quoted === undefined ? (places[6]?.[0] ?? 0) : quoted[0] - 1);
  }

  #add(key: string, value: string, offset: number): boolean {
    this.#rules.set(key, value);
    this.#offsets.set(key, offset);
    return key.length <= MAX_KEY_LENGTH;
  }

  #readLines(): boolean {
    const entry = new RegExp(ENTRY, 'y');
    while (this.#at < this.#text.length) {
      const start = this.#at;
      const match = this.#match(entry);
      if (match === null) return false;
      const [, doubleKey, singleKey, plainKey, doubleValue, singleValue, plainValue] = match;
      if (plainKey !== undefined && NO_KEY.test(plainKey)) return false;
      const folded = plainValue?.replace(/ *\r?\n +/g, ' ').trimEnd();
      if (folded !== undefined && !/^(?!.*:(?: |$)).*:/.test(folded)) return false;
      const key = doubleKey ?? singleKey ?? plainKey ?? '';
      if (!this.#add(key, doubleValue ?? singleValue ?? folded ?? '', start)) return false;
      this.#skipBlanks();
    }
    return true;
  }

  #readJson(): boolean {
    const entry = new RegExp(JSON_ENTRY, 'y');
    for (let hasComma = true; ;) {
      if (this.#match(JSON_CLOSE) !== null) return this.#at >= this.#text.length;
      const start = this.#at;
      const match = this.#match(entry);
      if (match === null || !hasComma) return false;
      if (!this.#add(match[1] ?? '', match[2] ?? '', start)) return false;
      hasComma = match[3] === ',';
    }
  }
}

/**
 * Reads a policy file that holds nothing but `"name": "rule"` lines, comments and blank lines, or the same in
 * JSON: what operators write. Returns undefined for anything else, which the full reader then decides.
 * Where it returns a document, `readYaml` returns the same.
 */
export const readFlat = (text: string): YamlDocument | undefined => new FlatReader(text).read();
