// The messages of grpc.health.v1, which hold a text, a number, or a map of them: less than any library for protobuf.

/** The states of grpc.health.v1.HealthCheckResponse. */
export const SERVING_STATUS = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

/** One of {@link SERVING_STATUS}. */
export type ServingStatus = (typeof SERVING_STATUS)[keyof typeof SERVING_STATUS];

/** What a client sent cannot be read. */
export class MalformedMessageError extends Error {}

const readVarint = (bytes: Buffer, at: number): [value: number, next: number] => {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new MalformedMessageError('a number has no end');
    if (index < 5) value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return [value, at + index + 1];
  }
  throw new MalformedMessageError('a number is too long');
};

/** How many bytes a field of a kind that is not read takes. */
const skip = (bytes: Buffer, wire: number, at: number): number => {
  if (wire === 0) return readVarint(bytes, at)[1];
  if (wire === 1) return at + 8;
  if (wire === 5) return at + 4;
  throw new MalformedMessageError(`there is no wire type ${wire}`);
};

/**
 * The service that a HealthCheckRequest asks for.
 * @throws MalformedMessageError
 */
export const readService = (bytes: Buffer): string => {
  let service = '';
  let at = 0;
  while (at < bytes.length) {
    const [tag, next] = readVarint(bytes, at);
    at = next;
    if ((tag & 7) !== 2) {
      at = skip(bytes, tag & 7, at);
    } else {
      const [length, start] = readVarint(bytes, at);
      if (start + length > bytes.length) throw new MalformedMessageError('a text has no end');
      if (tag >> 3 === 1) service = bytes.toString('utf8', start, start + length);
      at = start + length;
    }
    if (at > bytes.length) throw new MalformedMessageError('a field has no end');
  }
  return service;
};

/** A HealthCheckResponse. */
export const writeStatus = (status: ServingStatus): Buffer => Buffer.from([0x08, status]);

const field = (tag: number, content: Buffer): Buffer => {
  if (content.length > 127) throw new RangeError('a name is longer than names are');
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
};

/** A HealthListResponse. */
export const writeList = (statuses: ReadonlyMap<string, ServingStatus>): Buffer =>
  Buffer.concat(
    [...statuses].map(([name, status]) =>
      field(0x0a, Buffer.concat([field(0x0a, Buffer.from(name)), field(0x12, writeStatus(status))])),
    ),
  );
