/** A number in a file of Python's client. */
export interface PythonSample {
  /** The metric, and the name of the sample: `jobs`, `jobs_total`. */
  readonly metric: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly help: string;
  readonly value: number;
  /** When it was set, in seconds since 1970; 0 in files that do not say it. */
  readonly time: number;
}

/** Bytes before the first entry: a count of bytes used, and four to align. */
const HEADER = 8;

/** An entry's number takes 8 bytes up to version 0.17 of the client, 16 with a time from 0.18 on. */
type Width = 8 | 16;

/** The bytes of a key with one to eight spaces behind it, so that the number lies on a multiple of 8. */
const padded = (length: number): number => length + (8 - ((length + 4) % 8));

const readWith = (bytes: Buffer, width: Width): PythonSample[] | undefined => {
  const used = bytes.length < HEADER ? 0 : bytes.readInt32LE(0);
  if (used > bytes.length) return undefined;
  const samples: PythonSample[] = [];
  let at = HEADER;
  while (at < used) {
    const length = bytes.readInt32LE(at);
    const number = at + 4 + padded(length);
    if (length <= 0 || number + width > used) return undefined;
    const key = parseKey(bytes.toString('utf8', at + 4, at + 4 + length));
    if (key === undefined) return undefined;
    const [metric, name, labels, help] = key;
    const time = width === 16 ? bytes.readDoubleLE(number + 8) : 0;
    samples.push({ metric, name, labels, help, value: bytes.readDoubleLE(number), time });
    at = number + width;
  }
  return samples;
};

type Key = readonly [metric: string, name: string, labels: Readonly<Record<string, string>>, help: string];

const parseKey = (text: string): Key | undefined => {
  try {
    const key: unknown = JSON.parse(text);
    return Array.isArray(key) && key.length === 4 ? (key as unknown as Key) : undefined;
  } catch {
    return undefined;
  }
};

/** @returns the numbers in a file of Python's client, of either layout; undefined where it is none */
export const readPythonFile = (bytes: Buffer): PythonSample[] | undefined =>
  readWith(bytes, 8) ?? readWith(bytes, 16);

/** @returns JSON as Python's `json.dumps` writes it: spaces after separators, and ASCII only */
const pythonJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, one]) => `${pythonJson(name)}: ${pythonJson(one)}`);
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
};

/** A file of Python's client that is being written. Entries are only added; their numbers change. */
export class PythonFile {
  #bytes = Buffer.alloc(2 ** 16);
  #used = HEADER;
  readonly #places = new Map<string, number>();
  readonly #width: Width;

  constructor(hasTimes: boolean) {
    this.#width = hasTimes ? 16 : 8;
  }

  /** Sets the number of a sample, in the order of first use. */
  set(sample: PythonSample): void {
    const { metric, name, labels, help } = sample;
    const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const key = pythonJson([metric, name, sorted, help]);
    const place = this.#places.get(key) ?? this.#add(key);
    this.#bytes.writeDoubleLE(sample.value, place);
    if (this.#width === 16) this.#bytes.writeDoubleLE(sample.time, place + 8);
  }

  #add(key: string): number {
    const encoded = Buffer.from(key);
    const number = this.#used + 4 + padded(encoded.length);
    const end = number + this.#width;
    if (end > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], Math.max(end, this.#bytes.length * 2));
    }
    this.#bytes.writeInt32LE(encoded.length, this.#used);
    this.#bytes.fill(0x20, this.#used + 4, number);
    encoded.copy(this.#bytes, this.#used + 4);
    this.#used = end;
    this.#places.set(key, number);
    return number;
  }

  /** The bytes of the file as it should be now. */
  get bytes(): Buffer {
    this.#bytes.writeInt32LE(this.#used, 0);
    return this.#bytes;
  }
}
