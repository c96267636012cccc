/** Writes messages of Protocol Buffers, field by field, into one growing buffer. */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(8192);
  #at = 0;

  /** What has been written; it is overwritten after `reset()`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  reset(): void {
    this.#at = 0;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#bytes.length * 2, this.#at + bytes));
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#at] = (rest % 0x80) | 0x80;
      this.#at += 1;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at] = rest;
    this.#at += 1;
  }

  #tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  /** A whole number from 0 to 2^53. */
  uint(field: number, value: number): void {
    this.#tag(field, 0);
    this.varint(value);
  }

  /** A whole number in zigzag form. */
  sint(field: number, value: number): void {
    this.uint(field, zigzag(value));
  }

  /** A whole number; a negative one takes ten bytes. */
  int64(field: number, value: number): void {
    this.#tag(field, 0);
    if (value >= 0) {
      this.varint(value);
      return;
    }
    this.#room(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#bytes[this.#at] = Number(rest & 0x7fn) | 0x80;
      this.#at += 1;
      rest >>= 7n;
    }
    this.#bytes[this.#at] = Number(rest);
    this.#at += 1;
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.#room(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, 1);
    this.#room(8);
    this.#at = this.#bytes.writeBigUInt64LE(value, this.#at);
  }

  string(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#tag(field, 2);
    this.varint(length);
    this.#room(length);
    this.#at += this.#bytes.write(value, this.#at);
  }

  raw(field: number, value: Uint8Array): void {
    this.#tag(field, 2);
    this.varint(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Numbers in zigzag form, packed. */
  packedSint(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    this.message(field, () => {
      for (const value of values) this.varint(zigzag(value));
    });
  }

  packedVarint(field: number, values: readonly number[]): void {
    this.message(field, () => {
      for (const value of values) this.varint(value);
    });
  }

  packedFixed64(field: number, values: readonly number[]): void {
    this.message(field, () => {
      this.#room(8 * values.length);
      for (const value of values) this.#at = this.#bytes.writeBigUInt64LE(BigInt(value), this.#at);
    });
  }

  packedDouble(field: number, values: readonly number[]): void {
    this.message(field, () => {
      this.#room(8 * values.length);
      for (const value of values) this.#at = this.#bytes.writeDoubleLE(value, this.#at);
    });
  }

  /** A message within the message. */
  message(field: number, write: () => void): void {
    this.#tag(field, 2);
    this.delimited(write);
  }

  /** What `write` writes, behind its length. */
  delimited(write: () => void): void {
    this.#room(1);
    const start = this.#at + 1;
    this.#at = start;
    write();
    const length = this.#at - start;
    const extra = lengthOfVarint(length) - 1;
    if (extra > 0) {
      this.#room(extra);
      this.#bytes.copyWithin(start + extra, start, this.#at);
    }
    const end = this.#at + extra;
    this.#at = start - 1;
    this.varint(length);
    this.#at = end;
  }
}

const lengthOfVarint = (value: number): number => {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
};

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);
