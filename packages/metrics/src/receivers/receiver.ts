import { readSync } from 'node:fs';
import { MOST_BYTES } from '../collector/intake.ts';
import { loadLibc, type Libc } from './libc.ts';

/** Takes datagrams off a socket. */
export interface Receiver {
  /** Waits for datagrams and hands them over; comes back also without any, so that somebody can look whether to stop. */
  receive(take: (bytes: Buffer) => void): void;
}

/** One byte more than a message may have: what fills it was longer. */
const ROOM = MOST_BYTES + 1;
/** How long it waits for a datagram. */
const WAIT = 100;
/** Datagrams taken at once. A kernel's queue has 11 unless it is told otherwise. */
const BATCH = 64;

/** Sizes and places in `struct mmsghdr` and `struct iovec` of 64-bit Linux. */
const HEADER = 64;
const HEADER_VECTOR = 16;
const HEADER_VECTORS = 24;
const HEADER_LENGTH = 56;
const VECTOR = 16;

/** Takes many datagrams with one call of the system. */
export const batchReceiver = (libc: Libc, descriptor: number): Receiver => {
  const room = Buffer.alloc(BATCH * ROOM);
  const vectors = Buffer.alloc(BATCH * VECTOR);
  const headers = Buffer.alloc(BATCH * HEADER);
  const start = libc.addressOf(room);
  const firstVector = libc.addressOf(vectors);
  for (let index = 0; index < BATCH; index += 1) {
    vectors.writeBigUInt64LE(start + BigInt(index * ROOM), index * VECTOR);
    vectors.writeBigUInt64LE(BigInt(ROOM), index * VECTOR + 8);
    headers.writeBigUInt64LE(firstVector + BigInt(index * VECTOR), index * HEADER + HEADER_VECTOR);
    headers.writeBigUInt64LE(1n, index * HEADER + HEADER_VECTORS);
  }
  libc.setBlocking(descriptor);
  libc.setReceiveTimeout(descriptor, WAIT);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  return {
    receive(take) {
      const begin = performance.now();
      const count = libc.receiveMany(descriptor, headers, BATCH);
      for (let index = 0; index < count; index += 1) {
        const length = headers.readUInt32LE(index * HEADER + HEADER_LENGTH);
        take(room.subarray(index * ROOM, index * ROOM + length));
      }
      // A socket that does not wait, for whatever reason, must not keep a processor busy.
      if (count < 0 && performance.now() - begin < 1) Atomics.wait(pause, 0, 0, 10);
      // So that the collector of garbage leaves them where their addresses say.
      if (vectors.length === 0) throw new RangeError('no vectors');
    },
  };
};

/** How often it looks again at a socket that does not wait, before it rests for a millisecond. */
const EAGER = 20;

/** Takes one datagram after the other with what Node.js itself offers, which works on an inherited descriptor. */
export const plainReceiver = (descriptor: number): Receiver => {
  const room = Buffer.alloc(ROOM);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let misses = 0;
  return {
    receive(take) {
      let length: number;
      try {
        length = readSync(descriptor, room, 0, ROOM, null);
      } catch (error) {
        misses += 1;
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN' && code !== 'EINTR') Atomics.wait(pause, 0, 0, 10);
        else if (misses > EAGER) Atomics.wait(pause, 0, 0, 1);
        return;
      }
      misses = 0;
      take(room.subarray(0, length));
    },
  };
};

/** By what means datagrams are taken. */
export type ReceiverName = 'node:ffi' | 'koffi' | 'inherited';

/** @returns the best receiver for a socket: many datagrams at once where the C library can be called */
export const receiverOf = (descriptor: number, isPlain: boolean): Receiver => {
  const libc = isPlain ? undefined : loadLibc();
  return libc === undefined ? plainReceiver(descriptor) : batchReceiver(libc, descriptor);
};
