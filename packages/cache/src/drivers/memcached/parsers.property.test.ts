// Laws: however the bytes of a connection are cut, the same responses come out; any bytes end in responses or CodecError.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effort, trials } from '../../../test/property.ts';
import { CodecError } from '../../errors.ts';
import { BinaryParser, type BinaryFrame } from './binary-connection.ts';
import { MetaParser, type MetaFrame } from './meta-parser.ts';

const line = fc.constantFrom('HD', 'EN', 'NS', 'MN', 'HD W c12', 'SERVER_ERROR out of memory', 'VA', 'ERROR');
const body = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom('', 'END\r\n', 'VA 3\r\nabc\r\n').map((text) => Buffer.from(text)),
);
const value = fc
  .tuple(body, fc.constantFrom('', ' f0', ' f1 c99 W', ' O17'))
  .map(([bytes, flags]) =>
    Buffer.concat([Buffer.from(`VA ${String(bytes.length)}${flags}\r\n`), bytes, Buffer.from('\r\n')]),
  );
const stream = fc
  .array(
    fc.oneof(
      line.map((text) => Buffer.from(`${text}\r\n`)),
      value,
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));

const metaFrames = (chunks: readonly Buffer[]): readonly unknown[] => {
  const frames: unknown[] = [];
  const parser = new MetaParser(({ code, rest, value: bytes }: MetaFrame) => {
    frames.push([code, rest, bytes?.toString('hex')]);
  });
  for (const chunk of chunks) parser.push(chunk);
  return frames;
};

const binaryFrames = (chunks: readonly Buffer[]): readonly unknown[] => {
  const frames: unknown[] = [];
  const parser = new BinaryParser(({ status, opaque, extras, value: bytes }: BinaryFrame) => {
    frames.push([status, opaque, extras.toString('hex'), bytes.toString('hex')]);
  });
  for (const chunk of chunks) parser.push(chunk);
  return frames;
};

/** Cuts bytes at random places, drawn from a seed, because a million of arrays would be slow. */
const cut = (bytes: Buffer, seed: number): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  let state = seed | 1;
  for (let at = 0; at < bytes.length;) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    const length = 1 + ((state >>> 8) % (state & 64 ? 3 : 50));
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
};

const SPLITS = 200;

test(
  'however a stream of the meta protocol is cut, its responses are the same',
  { timeout: 60_000 * Math.max(1, effort) },
  () => {
    fc.assert(
      fc.property(stream, fc.nat(), (bytes, seed) => {
        const whole = metaFrames([bytes]);
        for (let split = 0; split < SPLITS; split += 1) {
          const frames = metaFrames(cut(bytes, seed + split * 7919));
          if (JSON.stringify(frames) !== JSON.stringify(whole)) expect(frames).toEqual(whole);
        }
      }),
      trials(50),
    );
  },
);

test(
  'however a stream of the binary protocol is cut, its responses are the same',
  { timeout: 60_000 * Math.max(1, effort) },
  () => {
    const frame = fc
      .tuple(fc.uint8Array({ maxLength: 30 }), fc.nat(3), fc.constantFrom(0, 4))
      .map(([bytes, status, extras]) => {
        const head = Buffer.alloc(24);
        head[0] = 0x81;
        head[4] = extras;
        head.writeUInt16BE(status, 6);
        head.writeUInt32BE(extras + bytes.length, 8);
        return Buffer.concat([head, Buffer.alloc(extras), bytes]);
      });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }).map((parts) => Buffer.concat(parts)),
        fc.nat(),
        (bytes, seed) => {
          const whole = binaryFrames([bytes]);
          for (let split = 0; split < SPLITS; split += 1) {
            expect(binaryFrames(cut(bytes, seed + split * 7919))).toEqual(whole);
          }
        },
      ),
      trials(10),
    );
  },
);

test('any bytes end in responses or in CodecError', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.string({ maxLength: 40 }).map((text) => Buffer.from(`VA ${text}\r\n`)),
  );
  fc.assert(
    fc.property(noise, (bytes) => {
      for (const frames of [metaFrames, binaryFrames]) {
        try {
          frames([Buffer.from(bytes)]);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }
    }),
    trials(3000),
  );
});
