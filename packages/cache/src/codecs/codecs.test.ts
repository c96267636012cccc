import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { trials } from '../../test/property.ts';
import { Entry, ENTRY_VERSION } from '../entry.ts';
import { CodecError, ConfigurationError } from '../errors.ts';
import type { EntryCodec } from './codec.ts';
import { compressed } from './compressed.ts';
import { encrypted } from './encrypted.ts';
import { jsonCodec } from './json.ts';
import { pickledPayloadCodec, pickledValueCodec, PythonTuple, readPickle, writePickle } from './pickle.ts';
import { signed } from './signed.ts';

const entry = new Entry({ list: [1, 'ż', null] }, { createdAt: 1_700_000_000.5, version: ENTRY_VERSION });
const oldKey = { id: '2023', secret: 'an old secret of enough bytes' };
const newKey = { id: '2024', secret: 'a new secret of enough bytes' };
const codecs: readonly (readonly [string, EntryCodec])[] = [
  ['JSON', jsonCodec],
  ['compression', compressed(jsonCodec, { threshold: 1 })],
  ['signature', signed(jsonCodec, [oldKey])],
  ['encryption', encrypted(jsonCodec, [oldKey])],
  ['pickled value', pickledValueCodec],
  ['pickled payload', pickledPayloadCodec],
];

describe.each(codecs)('the codec of %s', (_, codec) => {
  it('reads what it wrote', () => {
    const read = codec.decode(codec.encode(entry, 'name'), codec.flags ?? 0, 'name');
    expect(read.payload).toEqual(entry.payload);
    expect(read.createdAt).toBe(entry.createdAt);
  });

  it('answers any bytes with an entry or CodecError, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          codec.decode(Buffer.from(bytes), codec.flags ?? 0, 'name');
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      trials(2000),
    );
  });

  it('survives any change of one byte', () => {
    const bytes = codec.encode(entry, 'name');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      try {
        codec.decode(changed, codec.flags ?? 0, 'name');
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError);
      }
    }
  });
});

describe.each([
  ['signed', signed],
  ['encrypted', encrypted],
] as const)('%s bytes', (_, protect) => {
  it('are refused after any change of one bit, and under another name', () => {
    const codec = protect(jsonCodec, [oldKey]);
    const bytes = codec.encode(entry, 'name');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => codec.decode(changed, 0, 'name')).toThrow(CodecError);
    }
    expect(() => codec.decode(bytes, 0, 'another')).toThrow(CodecError);
    expect(() => codec.decode(jsonCodec.encode(entry, 'name'), 0, 'name')).toThrow(CodecError);
  });

  it('are read through a change of keys, until the old key is dropped', () => {
    const before = protect(jsonCodec, [oldKey]).encode(entry, 'name');
    const during = protect(jsonCodec, [newKey, oldKey]);
    expect(during.decode(before, 0, 'name').payload).toEqual(entry.payload);
    const after = protect(jsonCodec, [newKey]);
    expect(after.decode(during.encode(entry, 'name'), 0, 'name').payload).toEqual(entry.payload);
    expect(() => after.decode(before, 0, 'name')).toThrow(CodecError);
  });

  it('need keys of 16 bytes with different ids', () => {
    expect(() => protect(jsonCodec, [{ id: 'a', secret: 'short' }])).toThrow(ConfigurationError);
    expect(() => protect(jsonCodec, [oldKey, oldKey])).toThrow(ConfigurationError);
  });
});

describe('a pickle', () => {
  const malicious: readonly (readonly [string, string])[] = [
    ['calls os.system', "cos\nsystem\n(S'echo pwned'\ntR."],
    ['calls eval', "c__builtin__\neval\n(S'1'\ntR."],
    ['names a class', 'csubprocess\nPopen\n.'],
    ['uses REDUCE on a text', "S'x'\n(tR."],
    ['uses BUILD', "c__builtin__\nset\n)R(dS'a'\nI1\nsb."],
    ['uses INST', '(ios\nsystem\n.'],
    ['uses OBJ', '(cos\nsystem\no.'],
    ['uses persistent ids', 'Pid\n.'],
    ['uses extensions', '\x82\x01.'],
    ['contains itself', ']q\x00h\x00a.'],
    ['ends early', '\x80\x02X\xff\xff\xff\x7fabc'],
  ];

  it.each(malicious)('that %s is refused', (_, text) => {
    expect(() => readPickle(Buffer.from(text, 'latin1'))).toThrow(CodecError);
  });

  it('that unfolds into more parts than memory holds is refused', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) =>
        `(lp${String(level)}\n${level === 0 ? 'I1\na' : `g${String(level - 1)}\nag${String(level - 1)}\na`}`,
    );
    expect(() => readPickle(Buffer.from(`${levels.join('')}.`, 'latin1'))).toThrow(CodecError);
  });

  it('of __proto__ pollutes nothing', () => {
    const read = readPickle(writePickle(new Map([['__proto__', { polluted: true }]]))) as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('written here is read here: numbers of any size, texts, bytes, dates, sets and tuples', () => {
    const value = [
      ...[0, -1, 255, 256, 65_536, -(2 ** 31), 2 ** 31, 2 ** 53 - 1, 1.5, -0, 2n ** 64n, -(2n ** 63n)],
      ...['', 'ż🙂', Buffer.from([0, 255]), new Date(1_700_000_000_123), new Set([1, 'a'])],
      ...[new PythonTuple([1, new PythonTuple([])]), { a: { b: null } }, true, false],
    ];
    expect(readPickle(writePickle(value))).toEqual(value);
  });

  it('of Python is read, whatever its protocol', { timeout: 20_000 }, () => {
    const program = `
import pickle, datetime, sys, json
value = {"n": None, "i": [0, 1, -1, 255, 65535, 2**31, -2**31, 2**70, -2**70], "f": [1.5, -0.0], "t": (1, (2,), ()), "s": "za\\u017c\\U0001f642\\n'\\"", "b": b"\\x00\\xff", "d": datetime.datetime(2024, 2, 29, 1, 2, 3, 4000), "set": {1}, "nested": {"a": [{}]}, "yes": True}
for protocol in range(6):
    print(pickle.dumps(value, protocol).hex())`;
    const { stdout, status } = spawnSync('/usr/bin/python3', ['-c', program], { encoding: 'utf8' });
    if (status !== 0) return;
    for (const line of stdout.trimEnd().split('\n')) {
      expect(readPickle(Buffer.from(line, 'hex'))).toEqual({
        n: null,
        i: [0, 1, -1, 255, 65_535, 2 ** 31, -(2 ** 31), 2n ** 70n, -(2n ** 70n)],
        f: [1.5, -0],
        t: new PythonTuple([1, new PythonTuple([2]), new PythonTuple([])]),
        s: 'zaż🙂\n\'"',
        b: Buffer.from([0, 255]),
        d: new Date(Date.UTC(2024, 1, 29, 1, 2, 3, 4)),
        set: new Set([1]),
        nested: { a: [{}] },
        yes: true,
      });
    }
  });
});
