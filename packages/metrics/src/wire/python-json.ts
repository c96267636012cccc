/** An integer of any size, as it was written. */
export class PythonInteger {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** As a float, correctly rounded; infinite where Python has no float for it. */
  get value(): number {
    return Number(this.text);
  }

  get exact(): bigint {
    return this.text.startsWith('-') ? -BigInt(this.text.slice(1)) : BigInt(this.text);
  }
}

/** A number that Python reads as a float. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What `json.loads` answers. Unlike JSON.parse it keeps 1 and 1.0 apart, and the order of all keys. */
export type PythonValue =
  null | boolean | string | PythonInteger | PythonFloat | readonly PythonValue[] | PythonObject;
/** A dict. */
export type PythonObject = ReadonlyMap<string, PythonValue>;

/** A text is not the JSON that Python reads. */
export class PythonJsonError extends Error {
  constructor(message: string, position?: number) {
    super(position === undefined ? message : `${message}: char ${String(position)}`);
    this.name = 'PythonJsonError';
  }
}

/** Python gives up on numbers longer than this. */
const MOST_DIGITS = 4300;
/** As deep as Debian's daemon reads before its interpreter's recursion limit; counted in nested containers. */
export const MOST_DEPTH = 990;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const FOUR_HEX = /^[0-9a-fA-F]{4}$/u;
// eslint-disable-next-line no-control-regex -- those characters are what it looks for
const PLAIN = /[^"\\\u0000-\u001f]*/y;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const CONSTANTS: readonly (readonly [string, PythonValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new PythonFloat(NaN)],
  ['Infinity', new PythonFloat(Infinity)],
  ['-Infinity', new PythonFloat(-Infinity)],
];

/** Reads one text from where it is to where it stops. */
export class PythonJsonReader {
  readonly #text: string;
  #at: number;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  /** Where the next character is. */
  get at(): number {
    return this.#at;
  }

  /** @throws PythonJsonError */
  read(): PythonValue {
    const first = this.#text[this.#at];
    if (first === '"') return this.#string();
    if (first === '{') return this.#nested(() => this.#object());
    if (first === '[') return this.#nested(() => this.#array());
    for (const [word, value] of CONSTANTS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #nested<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) {
      throw new PythonJsonError('maximum recursion depth exceeded while decoding a JSON object');
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #object(): PythonObject {
    const result = new Map<string, PythonValue>();
    this.#at += 1;
    this.skipSpace();
    if (this.#take('}')) return result;
    for (;;) {
      if (this.#text[this.#at] !== '"') {
        throw new PythonJsonError('Expecting property name enclosed in double quotes', this.#at);
      }
      const key = this.#string();
      this.skipSpace();
      if (!this.#take(':')) throw new PythonJsonError("Expecting ':' delimiter", this.#at);
      this.skipSpace();
      result.set(key, this.read());
      this.skipSpace();
      if (this.#take('}')) return result;
      if (!this.#take(',')) throw new PythonJsonError("Expecting ',' delimiter", this.#at);
      this.skipSpace();
    }
  }

  #array(): PythonValue[] {
    const result: PythonValue[] = [];
    this.#at += 1;
    this.skipSpace();
    if (this.#take(']')) return result;
    for (;;) {
      result.push(this.read());
      this.skipSpace();
      if (this.#take(']')) return result;
      if (!this.#take(',')) throw new PythonJsonError("Expecting ',' delimiter", this.#at);
      this.skipSpace();
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #string(): string {
    const begin = this.#at;
    this.#at += 1;
    let result = '';
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const [plain = ''] = PLAIN.exec(this.#text) ?? [];
      this.#at += plain.length;
      result += plain;
      const next = this.#text[this.#at];
      if (next === '"') {
        this.#at += 1;
        return result;
      }
      if (next === undefined) throw new PythonJsonError('Unterminated string starting at', begin);
      if (next !== '\\') throw new PythonJsonError('Invalid control character at', this.#at);
      result += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!FOUR_HEX.test(digits)) throw new PythonJsonError('Invalid \\uXXXX escape', this.#at + 1);
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    if (character === undefined) throw new PythonJsonError('Invalid \\escape', this.#at);
    this.#at += 2;
    return character;
  }

  #number(): PythonValue {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw new PythonJsonError('Expecting value', this.#at);
    const [text, fraction, exponent] = match;
    this.#at += text.length;
    if (fraction !== undefined || exponent !== undefined) return new PythonFloat(Number(text));
    if (text.length - (text.startsWith('-') ? 1 : 0) > MOST_DIGITS) {
      throw new PythonJsonError(
        `Exceeds the limit (${String(MOST_DIGITS)} digits) for integer string conversion`,
      );
    }
    return new PythonInteger(text);
  }
}

/**
 * Reads a text as Python's `json.loads` does.
 * @throws PythonJsonError
 * @parity Python 3.11 json.loads — same
 */
export const parsePythonJson = (text: string): PythonValue => {
  if (text.startsWith('\ufeff'))
    throw new PythonJsonError('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0);
  const reader = new PythonJsonReader(text);
  reader.skipSpace();
  const value = reader.read();
  reader.skipSpace();
  if (reader.at !== text.length) throw new PythonJsonError('Extra data', reader.at);
  return value;
};
