import { CodecError } from '../errors.ts';

/** A Python tuple, kept apart from a list. */
export class PythonTuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** dogpile.cache's CachedValue: a payload and its metadata. */
export class PythonCachedValue {
  readonly payload: unknown;
  readonly metadata: unknown;

  constructor(payload: unknown, metadata: unknown) {
    this.payload = payload;
    this.metadata = metadata;
  }
}

/** A callable of the allow-list: what it makes of its arguments. */
type Maker = (args: readonly unknown[]) => unknown;

class Global {
  readonly name: string;
  readonly make: Maker;

  constructor(name: string, make: Maker) {
    this.name = name;
    this.make = make;
  }
}

const refuse = (message: string): never => {
  throw new CodecError(`The pickle ${message}`);
};

const itemsOf = (value: unknown): readonly unknown[] => {
  if (value instanceof PythonTuple) return value.items;
  if (Array.isArray(value)) return value as readonly unknown[];
  return refuse('uses something as a sequence that is none');
};

const bytesOf = (value: unknown): Buffer => {
  if (Buffer.isBuffer(value)) return value;
  return typeof value === 'string'
    ? Buffer.from(value, 'latin1')
    : refuse('uses something as bytes that is none');
};

/** The ten bytes in which pickles keep a datetime. Without a time zone they count as UTC, as Oslo writes them. */
const datetime: Maker = ([state]) => {
  const bytes = bytesOf(state);
  if (bytes.length !== 10) refuse('holds no datetime where one should be');
  const [high = 0, low = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes;
  const time = Date.UTC((high << 8) + low, (month & 127) - 1, day, hour, minute, second);
  return new Date(time + Math.trunc(bytes.readUIntBE(7, 3) / 1000));
};

const cachedValue: Maker = ([payload, metadata]) => new PythonCachedValue(payload, metadata);

const set: Maker = ([items]) => new Set(items === undefined ? [] : itemsOf(items));

/** `copyreg._reconstructor(class, base, state)`, by which protocol 0 and 1 make instances. */
const reconstructor: Maker = ([of, , state]) =>
  of instanceof Global ? of.make(itemsOf(state)) : refuse('makes an instance of something that is no class');

const encode: Maker = ([text, encoding]) => {
  if (encoding !== undefined && encoding !== 'latin1') refuse('uses another encoding than latin1');
  return bytesOf(text);
};

/** All that a pickle may name. Nothing here has effects. */
const ALLOWED: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['dogpile.cache.api CachedValue', cachedValue],
  ['datetime datetime', datetime],
  ['_codecs encode', encode],
  ['builtins set', set],
  ['__builtin__ set', set],
  ['builtins frozenset', set],
  ['__builtin__ frozenset', set],
  ['builtins tuple', ([items]): unknown => new PythonTuple(items === undefined ? [] : itemsOf(items))],
  ['__builtin__ tuple', ([items]): unknown => new PythonTuple(items === undefined ? [] : itemsOf(items))],
  ['builtins bytearray', ([bytes]): unknown => bytesOf(bytes)],
  ['copyreg _reconstructor', reconstructor],
  ['copy_reg _reconstructor', reconstructor],
]);

const MARK: unique symbol = Symbol('mark');
const DEEPEST = 100_000;

const globalOf = (module: unknown, name: unknown): Global => {
  const full = `${String(module)} ${String(name)}`;
  const make = ALLOWED.get(full);
  return make === undefined
    ? refuse(`names ${full.replace(' ', '.')}, which is not allowed`)
    : new Global(full, make);
};

const integerOf = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;

/** A whole number in little endian two's complement. */
const longOf = (bytes: Buffer): number | bigint => {
  if (bytes.length === 0) return 0;
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return integerOf(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`)));
};

const unescape = (text: string): string =>
  text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/gu, (_, short?: string, long?: string) =>
    String.fromCodePoint(Number.parseInt(short ?? long ?? '0', 16)),
  );

const unquote = (text: string): string =>
  text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|([\\'"nrt]))/giu, (_, hex?: string, sign?: string) =>
      hex !== undefined
        ? String.fromCharCode(Number.parseInt(hex, 16))
        : ({ n: '\n', r: '\r', t: '\t' }[sign ?? ''] ?? sign ?? ''),
    );

/** Puts pairs into a dict: an object while all its keys are texts, else a map. */
class PythonDict {
  readonly entries = new Map<unknown, unknown>();

  put(pairs: readonly unknown[]): void {
    for (let index = 0; index + 1 < pairs.length; index += 2)
      this.entries.set(pairs[index], pairs[index + 1]);
  }
}

/**
 * Reads pickles of protocols 0 to 5 that hold data: None, booleans, numbers, texts, bytes, lists, tuples, dicts, sets,
 * datetimes and CachedValue. A pickle is a program; this one runs only those instructions that build data, and
 * refuses every name outside of a fixed list.
 */
class PickleReader {
  readonly #bytes: Buffer;
  #at = 0;
  #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #take(length: number): Buffer {
    const from = this.#at;
    this.#at += length;
    if (length < 0 || this.#at > this.#bytes.length) refuse('ends too early');
    return this.#bytes.subarray(from, this.#at);
  }

  #byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) refuse('ends within a line');
    const line = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return line;
  }

  #long8(): number {
    const length = this.#take(8).readBigUInt64LE();
    return length > BigInt(this.#bytes.length) ? refuse('ends too early') : Number(length);
  }

  #push(value: unknown): void {
    if (this.#stack.length >= DEEPEST) refuse('is nested too deeply');
    this.#stack.push(value);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) refuse('takes from an empty stack');
    const value = this.#stack.pop();
    return value === MARK ? refuse('takes a mark for a value') : value;
  }

  #top(): unknown {
    return this.#stack.at(-1) ?? (this.#stack.length === 0 ? refuse('looks at an empty stack') : null);
  }

  #toMark(): unknown[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) refuse('has no mark where one is needed');
    const values = this.#stack.slice(at + 1);
    this.#stack.length = at;
    return values;
  }

  #list(): unknown[] {
    const top = this.#top();
    return Array.isArray(top) ? (top as unknown[]) : refuse('appends to something that is no list');
  }

  #dict(): PythonDict {
    const top = this.#top();
    return top instanceof PythonDict ? top : refuse('sets an item of something that is no dict');
  }

  #set(): Set<unknown> {
    const top = this.#top();
    return top instanceof Set ? (top as Set<unknown>) : refuse('adds to something that is no set');
  }

  #remember(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    if (!this.#memo.has(index)) refuse('recalls what it never kept');
    this.#push(this.#memo.get(index));
  }

  #call(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!(callee instanceof Global)) refuse('calls something that cannot be called');
    this.#push((callee as Global).make(itemsOf(args)));
  }

  read(): unknown {
    for (;;) {
      const opcode = this.#byte();
      if (opcode === 0x2e) {
        const value = plain(this.#pop());
        return this.#stack.length === 0 ? value : refuse('leaves values behind');
      }
      const step = STEPS[String.fromCharCode(opcode)];
      if (step === undefined) refuse(`holds the instruction 0x${opcode.toString(16)}, which is not read`);
      step?.(this);
    }
  }

  /** What each instruction does. @see https://docs.python.org/3/library/pickletools.html */
  static readonly steps: Readonly<Record<string, (reader: PickleReader) => void>> = {
    // Frames and protocol: nothing to do.
    '\x80': (reader) => void reader.#take(1),
    '\x95': (reader) => void reader.#take(8),
    // The stack.
    '(': (reader) => {
      reader.#push(MARK);
    },
    '0': (reader) => void reader.#stack.pop(),
    '1': (reader) => void reader.#toMark(),
    '2': (reader) => {
      reader.#push(reader.#top());
    },
    // Constants.
    N: (reader) => {
      reader.#push(null);
    },
    '\x88': (reader) => {
      reader.#push(true);
    },
    '\x89': (reader) => {
      reader.#push(false);
    },
    // Numbers.
    I: (reader) => {
      const line = reader.#line();
      reader.#push(line === '01' ? true : line === '00' ? false : Number(line));
    },
    L: (reader) => {
      const line = reader.#line().replace(/L$/u, '');
      reader.#push(/^-?\d+$/u.test(line) ? integerOf(BigInt(line)) : refuse('holds a number that is none'));
    },
    J: (reader) => {
      reader.#push(reader.#take(4).readInt32LE());
    },
    K: (reader) => {
      reader.#push(reader.#byte());
    },
    M: (reader) => {
      reader.#push(reader.#take(2).readUInt16LE());
    },
    '\x8a': (reader) => {
      reader.#push(longOf(reader.#take(reader.#byte())));
    },
    '\x8b': (reader) => {
      reader.#push(longOf(reader.#take(reader.#take(4).readUInt32LE())));
    },
    F: (reader) => {
      reader.#push(Number(reader.#line()));
    },
    G: (reader) => {
      reader.#push(reader.#take(8).readDoubleBE());
    },
    // Texts and bytes.
    S: (reader) => {
      reader.#push(unquote(reader.#line()));
    },
    V: (reader) => {
      reader.#push(unescape(reader.#line()));
    },
    X: (reader) => {
      reader.#push(reader.#take(reader.#take(4).readUInt32LE()).toString('utf8'));
    },
    '\x8c': (reader) => {
      reader.#push(reader.#take(reader.#byte()).toString('utf8'));
    },
    '\x8d': (reader) => {
      reader.#push(reader.#take(reader.#long8()).toString('utf8'));
    },
    B: (reader) => {
      reader.#push(Buffer.from(reader.#take(reader.#take(4).readUInt32LE())));
    },
    C: (reader) => {
      reader.#push(Buffer.from(reader.#take(reader.#byte())));
    },
    '\x8e': (reader) => {
      reader.#push(Buffer.from(reader.#take(reader.#long8())));
    },
    '\x96': (reader) => {
      reader.#push(Buffer.from(reader.#take(reader.#long8())));
    },
    // Collections.
    ']': (reader) => {
      reader.#push([]);
    },
    l: (reader) => {
      reader.#push(reader.#toMark());
    },
    a: (reader) => {
      const value = reader.#pop();
      reader.#list().push(value);
    },
    e: (reader) => {
      const values = reader.#toMark();
      for (const value of values) reader.#list().push(value);
    },
    ')': (reader) => {
      reader.#push(new PythonTuple([]));
    },
    t: (reader) => {
      reader.#push(new PythonTuple(reader.#toMark()));
    },
    '\x85': (reader) => {
      reader.#push(new PythonTuple([reader.#pop()]));
    },
    '\x86': (reader) => {
      const second = reader.#pop();
      reader.#push(new PythonTuple([reader.#pop(), second]));
    },
    '\x87': (reader) => {
      const third = reader.#pop();
      const second = reader.#pop();
      reader.#push(new PythonTuple([reader.#pop(), second, third]));
    },
    '}': (reader) => {
      reader.#push(new PythonDict());
    },
    d: (reader) => {
      const made = new PythonDict();
      made.put(reader.#toMark());
      reader.#push(made);
    },
    s: (reader) => {
      const value = reader.#pop();
      const key = reader.#pop();
      reader.#dict().put([key, value]);
    },
    u: (reader) => {
      const pairs = reader.#toMark();
      reader.#dict().put(pairs);
    },
    '\x8f': (reader) => {
      reader.#push(new Set());
    },
    '\x90': (reader) => {
      const values = reader.#toMark();
      for (const value of values) reader.#set().add(value);
    },
    '\x91': (reader) => {
      reader.#push(new Set(reader.#toMark()));
    },
    // Names and calls.
    c: (reader) => {
      const module = reader.#line();
      reader.#push(globalOf(module, reader.#line()));
    },
    '\x93': (reader) => {
      const name = reader.#pop();
      reader.#push(globalOf(reader.#pop(), name));
    },
    R: (reader) => {
      reader.#call();
    },
    '\x81': (reader) => {
      reader.#call();
    },
    // What was seen before.
    p: (reader) => {
      reader.#remember(Number(reader.#line()));
    },
    q: (reader) => {
      reader.#remember(reader.#byte());
    },
    r: (reader) => {
      reader.#remember(reader.#take(4).readUInt32LE());
    },
    '\x94': (reader) => {
      reader.#remember(reader.#memo.size);
    },
    g: (reader) => {
      reader.#recall(Number(reader.#line()));
    },
    h: (reader) => {
      reader.#recall(reader.#byte());
    },
    j: (reader) => {
      reader.#recall(reader.#take(4).readUInt32LE());
    },
  };
}

const STEPS = PickleReader.steps;

const MOST_PARTS = 2_000_000;

/**
 * Values as JavaScript has them: dicts with texts for keys are objects, tuples stay tuples. What a pickle shares is
 * copied, and the number of copies is bounded, so that a short pickle cannot unfold into an endless value.
 */
const plain = (
  value: unknown,
  within: readonly unknown[] = [],
  parts: { count: number } = { count: 0 },
): unknown => {
  parts.count += 1;
  if (parts.count > MOST_PARTS) return refuse('unfolds into too many parts');
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || value instanceof Date)
    return value;
  if (value instanceof Global) return refuse('is a name and no value');
  if (within.includes(value)) return refuse('contains itself');
  const path = [...within, value];
  const inner = (part: unknown): unknown => plain(part, path, parts);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof PythonTuple) return new PythonTuple(value.items.map(inner));
  if (value instanceof Set) return new Set(Array.from(value as Set<unknown>, inner));
  if (value instanceof PythonCachedValue) {
    return new PythonCachedValue(inner(value.payload), inner(value.metadata));
  }
  return value instanceof PythonDict ? objectOf(value, inner) : refuse('holds something that is no value');
};

const objectOf = ({ entries }: PythonDict, inner: (part: unknown) => unknown): unknown => {
  const pairs = Array.from(entries, ([key, item]) => [inner(key), inner(item)] as const);
  if (!pairs.every(([key]) => typeof key === 'string')) return new Map(pairs);
  const object: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    // Defined, not assigned: a key may be __proto__.
    Object.defineProperty(object, key as string, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
};

/**
 * The value of a pickle of protocol 0 to 5.
 * @throws CodecError for anything but data
 */
export const readPickle = (bytes: Buffer): unknown => {
  try {
    return new PickleReader(bytes).read();
  } catch (cause) {
    if (cause instanceof CodecError) throw cause;
    throw new CodecError('The bytes are no pickle that is read', { cause });
  }
};
