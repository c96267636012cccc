import { closeSync, openSync, writeSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';

/** A datagram as a recording has it: text, or bytes where it is none. */
export interface RecordedDatagram {
  readonly seq: number;
  /** Seconds since the recording began. */
  readonly t: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly raw?: string;
  readonly b64?: string;
}

/** Writes datagrams to a file, a line of JSON each. */
export class Recording {
  readonly #descriptor: number;
  #begin: number | undefined;
  #seq = 0;
  #pending = '';

  /** Appends to a file that is there. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'a', 0o640);
  }

  note(bytes: Buffer, time: number): void {
    this.#begin ??= time;
    this.#seq += 1;
    const content = isUtf8(bytes) ? { raw: bytes.toString() } : { b64: bytes.toString('base64') };
    this.#pending += `${JSON.stringify({ seq: this.#seq, t: (time - this.#begin) / 1000, time, ...content })}\n`;
  }

  /** Writes what was noted. A disk that is full must not stop the counting: what is not written is lost. */
  flush(): void {
    if (this.#pending === '') return;
    try {
      writeSync(this.#descriptor, this.#pending);
    } catch {
      // See above.
    }
    this.#pending = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }
}

/** @returns the bytes of a recorded datagram */
export const bytesOfRecorded = ({ raw, b64 }: Pick<RecordedDatagram, 'raw' | 'b64'>): Buffer =>
  b64 === undefined ? Buffer.from(raw ?? '') : Buffer.from(b64, 'base64');
