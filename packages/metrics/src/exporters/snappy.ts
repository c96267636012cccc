/** Bytes that are compressed with one table: references reach no further. */
const BLOCK = 65_536;

const HASH_BITS = 14;

/** The fewest equal bytes worth a reference. */
const SHORTEST = 4;

/** The most a copy may say; longer runs take several. */
const LONGEST_COPY = 64;

/** Room for the worst case: nothing repeats. */
const worstCase = (length: number): number => 32 + length + Math.ceil(length / 6);

class SnappyWriter {
  readonly bytes: Buffer;
  at = 0;

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(worstCase(length));
  }

  byte(value: number): void {
    this.bytes[this.at] = value;
    this.at += 1;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  literal(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length === 0) return;
    const last = length - 1;
    if (last < 60) this.byte(last << 2);
    else if (last < 256) {
      this.byte(60 << 2);
      this.byte(last);
    } else {
      this.byte(61 << 2);
      this.byte(last & 0xff);
      this.byte(last >>> 8);
    }
    this.bytes.set(source.subarray(from, to), this.at);
    this.at += length;
  }

  copy(offset: number, length: number): void {
    let rest = length;
    while (rest > 0) {
      // What is left must be a copy too, and short ones cost as much as long ones.
      const part = Math.min(rest, LONGEST_COPY);
      this.byte(((part - 1) << 2) | 2);
      this.byte(offset & 0xff);
      this.byte(offset >>> 8);
      rest -= part;
    }
  }
}

const compressBlock = (writer: SnappyWriter, source: Buffer, from: number, to: number): void => {
  const table = new Int32Array(1 << HASH_BITS).fill(-1);
  let literal = from;
  let at = from;
  while (at + SHORTEST <= to) {
    const word = source.readUInt32LE(at);
    const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
    const candidate = table[hash] ?? -1;
    table[hash] = at;
    if (candidate < 0 || source.readUInt32LE(candidate) !== word) {
      at += 1;
      continue;
    }
    writer.literal(source, literal, at);
    let length = SHORTEST;
    while (at + length < to && source[candidate + length] === source[at + length]) length += 1;
    writer.copy(at - candidate, length);
    at += length;
    literal = at;
  }
  writer.literal(source, literal, to);
};

/**
 * Compresses into Snappy's block format.
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
export const snappy = (source: Buffer): Buffer => {
  const writer = new SnappyWriter(source.length);
  writer.varint(source.length);
  for (let from = 0; from < source.length; from += BLOCK) {
    compressBlock(writer, source, from, Math.min(from + BLOCK, source.length));
  }
  return writer.bytes.subarray(0, writer.at);
};
