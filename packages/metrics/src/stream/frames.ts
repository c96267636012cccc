import type { FamilyRecord } from '../arenas/records.ts';

/**
 * Frames on the stream socket: four bytes with the length, little endian, one byte with the kind, and the body. What
 * happens often, a batch, is binary; what happens once is JSON.
 *
 * A sender says hello first. `epoch` names the sender for as long as it lives, and `sequence` counts its batches, so that
 * a batch that was sent twice because its receipt was lost is counted once. The collector answers hello with the last
 * sequence it knows of this sender, and every batch with its sequence. Definitions hold for one connection.
 */
export const FRAME = {
  /** Sender: {@link Hello}. */
  hello: 1,
  /** Sender: definitions and differences. */
  batch: 2,
  /** Collector: {@link Welcome}. */
  welcome: 3,
  /** Collector: eight bytes with the sequence of a batch that is counted. */
  receipt: 4,
} as const;

/** Version of the frames. */
export const PROTOCOL = 1;

export interface Hello {
  readonly protocol: number;
  readonly epoch: string;
  /** The sender's name for people. */
  readonly process: string;
}

export interface Welcome {
  readonly protocol: number;
  /** The last batch of this epoch that is counted; 0 for none, so also where the collector is another one. */
  readonly sequence: number;
}

/** A series that a batch is the first to have. */
export interface SeriesDefinition {
  /** By which later batches name it. */
  readonly id: number;
  readonly family: number;
  readonly labelValues: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
}

/** What changed since the last batch. */
export interface Batch {
  readonly sequence: number;
  readonly families: readonly FamilyRecord[];
  readonly series: readonly SeriesDefinition[];
  /** Series by id, and what is added to each of their slots; of a gauge what it is. */
  readonly changes: readonly Change[];
}

export interface Change {
  readonly id: number;
  readonly values: Float64Array;
}

/** No frame is larger: a length beyond is not ours. */
export const MOST_FRAME_BYTES: number = 16 * 2 ** 20;

const frame = (kind: number, body: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(5 + body.length);
  bytes.writeUInt32LE(body.length + 1, 0);
  bytes[4] = kind;
  bytes.set(body, 5);
  return bytes;
};

export const encodeJson = (kind: number, value: Hello | Welcome): Buffer =>
  frame(kind, Buffer.from(JSON.stringify(value)));

export const encodeReceipt = (sequence: number): Buffer => {
  const body = Buffer.alloc(8);
  body.writeDoubleLE(sequence, 0);
  return frame(FRAME.receipt, body);
};

/** Header of a batch: its sequence, then the length of the definitions. */
const BATCH_HEADER = 12;

/**
 * A batch: sequence, length of the definitions, definitions as JSON, then of each change its series' id, how many
 * numbers there are, and for each number that is not 0 its place and itself.
 */
export const encodeBatch = ({ sequence, families, series, changes }: Batch): Buffer => {
  const definitions =
    families.length + series.length === 0
      ? Buffer.alloc(0)
      : Buffer.from(JSON.stringify({ families, series }));
  let room = BATCH_HEADER + definitions.length;
  for (const { values } of changes) room += 6 + values.length * 10;
  const body = Buffer.allocUnsafe(room);
  body.writeDoubleLE(sequence, 0);
  body.writeUInt32LE(definitions.length, 8);
  definitions.copy(body, BATCH_HEADER);
  let at = BATCH_HEADER + definitions.length;
  for (const { id, values } of changes) {
    body.writeUInt32LE(id, at);
    let count = 0;
    const countAt = at + 4;
    at += 6;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] ?? 0;
      if (value === 0) continue;
      body.writeUInt16LE(index, at);
      body.writeDoubleLE(value, at + 2);
      at += 10;
      count += 1;
    }
    body.writeUInt16LE(count, countAt);
  }
  return frame(FRAME.batch, body.subarray(0, at));
};

/** A frame, taken apart. */
export interface Frame {
  readonly kind: number;
  readonly body: Buffer;
}

/** A sender or collector does not speak as it should. */
export class FrameError extends Error {}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #most: number;

  /** @param most bytes that a frame may have */
  constructor(most: number = MOST_FRAME_BYTES) {
    this.#most = most;
  }

  /** @throws FrameError */
  *read(chunk: Buffer): Generator<Frame, void, undefined> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 4) {
      const length = bytes.readUInt32LE(0);
      if (length < 1 || length > this.#most) throw new FrameError(`a frame of ${String(length)} bytes`);
      if (bytes.length < 4 + length) break;
      yield { kind: bytes[4] ?? 0, body: bytes.subarray(5, 4 + length) };
      bytes = bytes.subarray(4 + length);
    }
    this.#rest = bytes;
  }
}

/** What a batch says, without its numbers. */
export interface BatchHead {
  readonly sequence: number;
  readonly families: readonly FamilyRecord[];
  readonly series: readonly SeriesDefinition[];
}

/** @throws FrameError */
export const decodeBatchHead = (body: Buffer): BatchHead => {
  if (body.length < BATCH_HEADER) throw new FrameError('a batch without its beginning');
  const length = body.readUInt32LE(8);
  if (BATCH_HEADER + length > body.length) throw new FrameError('definitions that are cut off');
  const sequence = body.readDoubleLE(0);
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw new FrameError('a sequence that is no number');
  if (length === 0) return { sequence, families: [], series: [] };
  const text = body.toString('utf8', BATCH_HEADER, BATCH_HEADER + length);
  const { families = [], series = [] } = parseJson(text) as Partial<BatchHead>;
  if (!Array.isArray(families) || !Array.isArray(series))
    throw new FrameError('definitions that are no lists');
  return { sequence, families, series };
};

/** Calls `change` with each number of a batch. @throws FrameError */
export const decodeChanges = (
  body: Buffer,
  change: (id: number, index: number, value: number) => void,
): void => {
  let at = BATCH_HEADER + body.readUInt32LE(8);
  while (at < body.length) {
    if (at + 6 > body.length) throw new FrameError('a change that is cut off');
    const id = body.readUInt32LE(at);
    const count = body.readUInt16LE(at + 4);
    at += 6;
    if (at + count * 10 > body.length) throw new FrameError('a change that is cut off');
    for (let index = 0; index < count; index += 1, at += 10) {
      change(id, body.readUInt16LE(at), body.readDoubleLE(at + 2));
    }
  }
};

/** @throws FrameError */
export const parseJson = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new FrameError('a body that is no JSON', { cause: error });
  }
  throw new FrameError('a body that is no object');
};
