// Law: two lists of arguments have the same key exactly if they are equal in types and content.
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { KeyError } from '../errors.ts';
import { typedKey } from './typed.ts';

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('', ':', '1', 'true', 'null', 's1:', 'é', '\ud800'),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(0, -0, NaN, Infinity, 1.5, 1n, 0n, null, undefined, true, false),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }).map((items) => new Set(items)),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab', ''), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 }), tie('value')), {
        maxLength: 3,
        selector: ([key]) => key,
      })
      .map((pairs) => new Map(pairs)),
    fc.uint8Array({ maxLength: 3 }),
  ),
})).value;

test('keys are equal exactly when arguments are', () => {
  const args = fc.array(value, { maxLength: 3 });
  fc.assert(
    fc.property(args, args, (one, other) => {
      expect(typedKey('f', one) === typedKey('f', other)).toBe(isDeepStrictEqual(one, other));
      expect(typedKey('f', one)).toBe(typedKey('f', structuredClone(one)));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [[1], ['1']],
  [
    ['a b', 'c'],
    ['a', 'b c'],
  ],
  [[new Map([[1, 2]])], [new Map([[3, 4]])]],
  [[null], [undefined]],
  [
    [{ a: 1, b: 2 }, 3],
    [{ a: 1 }, { b: 2 }],
  ],
])('%j and %j are different calls', (one, other) => {
  expect(typedKey('f', one)).not.toBe(typedKey('f', other));
});

test('the order of properties, of a set and of a map makes no difference', () => {
  expect(typedKey('f', [{ a: 1, b: 2 }])).toBe(typedKey('f', [{ b: 2, a: 1 }]));
  expect(typedKey('f', [new Set([1, 2])])).toBe(typedKey('f', [new Set([2, 1])]));
});

test('what has no content to compare is refused', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const bad of [() => 1, Symbol('s'), Promise.resolve(), cycle]) {
    expect(() => typedKey('f', [bad])).toThrow(KeyError);
  }
});
