// Types in both directions: what users get may become narrower, what they give wider.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Declarations } from '../../src/api/declarations.js';
import { isWithin } from '../../src/api/ranges.js';
import { Relation } from '../../src/api/relate.js';
import { Shapes } from '../../src/api/shapes.js';

const folder = mkdtempSync(join(tmpdir(), 'oslofjord-shapes-'));
let count = 0;
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The shape of `x` in a text of declarations. @param {string} text */
const shapesOf = (text) => {
  count += 1;
  const file = join(folder, String(count), 'index.d.ts');
  mkdirSync(join(folder, String(count)));
  writeFileSync(file, text);
  const shapes = new Shapes(new Declarations());
  shapes.exported(file, 'x');
  return Object.fromEntries(shapes.named);
};

/** @param {string} before @param {string} after declarations of x @returns {string[]} the breaks */
const breaks = (before, after) => {
  const [one, other] = [shapesOf(before), shapesOf(after)];
  const relation = new Relation(one, other);
  if (/^export (?:interface|type)/mu.test(before)) relation.unused('x', 'x', 'x');
  else relation.named('x', 'x', 'out', 'x');
  return relation.differences
    .filter(({ level }) => level === 'break')
    .map(({ where, message }) => `${where} ${message}`);
};

/** @type {readonly [string, string, readonly string[]][]} */
const CASES = [
  [
    'export declare const x: (a: string) => void;',
    'export declare const x: (a: string | number) => void;',
    [],
  ],
  [
    'export declare const x: (a: string | number) => void;',
    'export declare const x: (a: string) => void;',
    ['x(a) does not take number any more'],
  ],
  ['export declare const x: () => string;', 'export declare const x: () => "a";', []],
  [
    'export declare const x: () => "a" | "b";',
    'export declare const x: () => "a" | "b" | "c";',
    ['x → result may be "c" now'],
  ],
  [
    'export declare const x: (a: unknown) => void;',
    'export declare const x: (a: string) => void;',
    ['x(a) took unknown and takes string'],
  ],
  ['export declare const x: <T>(a: T) => T;', 'export declare const x: <U>(b: U) => U;', []],
  [
    'export declare function x(a: string): string;\nexport declare function x(a: number): number;',
    'export declare function x(a: number): number;\nexport declare function x(a: string): string;',
    [],
  ],
  [
    'export declare function x(a: string): string;\nexport declare function x(a: number): number;',
    'export declare function x(a: number): number;',
    ['x(a) took string and takes number'],
  ],
  [
    'interface O { readonly a?: string }\nexport declare const x: (o: O) => void;',
    'interface O { readonly a?: string; readonly b?: number }\nexport declare const x: (o: O) => void;',
    [],
  ],
  [
    'interface O { readonly a?: string }\nexport declare const x: (o: O) => void;',
    'interface O { readonly a?: string; readonly b: number }\nexport declare const x: (o: O) => void;',
    ['O.b is new and has to be given'],
  ],
  [
    'interface O { readonly a: string }\nexport declare const x: () => O;',
    'interface O { readonly a: string; readonly b: number }\nexport declare const x: () => O;',
    [],
  ],
  [
    'interface O { readonly a: string }\nexport declare const x: () => O;',
    'interface O { readonly a?: string }\nexport declare const x: () => O;',
    ['O.a was always there and may be missing now'],
  ],
  [
    'interface O { a: string }\nexport declare const x: () => O;',
    'interface P { a: string }\nexport declare const x: () => P;',
    [],
  ],
  [
    'interface O { a: string }\nexport declare const x: () => O;',
    'interface P { a: number }\nexport declare const x: () => P;',
    ['x → result was O and is P'],
  ],
  ['type A = "a" | "b";\nexport declare const x: () => A;', 'export declare const x: () => "a" | "b";', []],
  [
    'export declare const x: (f: (a: string) => void) => void;',
    'export declare const x: (f: (a: string, b: number) => void) => void;',
    [],
  ],
  [
    'export declare const x: (f: (a: string, b: number) => void) => void;',
    'export declare const x: (f: (a: string) => void) => void;',
    ['x(f)(b) is not handed to the function any more'],
  ],
  [
    'export declare const x: (f: (a: string) => void) => void;',
    'export declare const x: (f: (a: string | undefined) => void) => void;',
    ['x(f)(a) may be undefined now'],
  ],
  ['export declare const x: () => readonly string[];', 'export declare const x: () => string[];', []],
  [
    'export declare const x: (a: readonly string[]) => void;',
    'export declare const x: (a: string[]) => void;',
    ['x(a) could be read-only and has to be a list that changes'],
  ],
  [
    'export declare class x { constructor(a?: string); m(): void; static s: number; #p; private q; }',
    'export declare class x { constructor(a?: string, b?: number); m(c?: string): void; n(): void; static s: number; #r; }',
    [],
  ],
  [
    'export declare class x { m(): void; static s: number; }',
    'export declare class x { }',
    ['x.m is gone', 'x.s is gone'],
  ],
  [
    'export declare class x extends Error { }',
    'export declare class x { }',
    ['x extended Error and extends nothing'],
  ],
  [
    'export interface x { readonly a: string }',
    'export interface x { readonly a: string; readonly b?: x }',
    [],
  ],
  [
    'export interface x { readonly a: string }',
    'export interface x { readonly a: string; readonly b: x }',
    ['x.b is new and has to be given'],
  ],
  ['export interface x { m(a: string): void }', 'export interface x { m(a: string): void }', []],
  [
    'export interface x {\n  /** How long. @default 30 s */\n  readonly a?: string\n}',
    'export interface x {\n  /** @default 60 s */\n  readonly a?: string\n}',
    ['x.a had the default 30 s and has 60 s'],
  ],
  ['export declare const x = 5;', 'export declare const x = 6;', ['x was 5 and is 6']],
  [
    'export type x<T> = T | undefined;',
    'export type x<T, U> = T | U;',
    ['x had 1 type parameters and has 2'],
  ],
  [
    'export declare class x { get a(): string; set a(v: string | number); }',
    'export declare class x { get a(): string; set a(v: string); }',
    ['x.a = does not take number any more'],
  ],
  [
    'export declare class x { a: string; }',
    'export declare class x { get a(): string; set a(v: string); }',
    [],
  ],
  [
    'export declare class x { }',
    'export declare class x { private constructor(); }',
    ['new x is for the class alone now: users cannot make one any more'],
  ],
  [
    'export declare class x { constructor(); }',
    'export declare class x { protected constructor(); }',
    ['new x is for the class alone now: users cannot make one any more'],
  ],
  [
    'export declare abstract class x { m(): void; }',
    'export declare abstract class x { abstract m(): void; abstract n(): void; }',
    [
      'x.m is abstract now: subclasses of users have to write it',
      'x.n is new and abstract: subclasses of users have to write it',
    ],
  ],
  [
    'export declare class x { m(): void; }',
    'export declare class x { protected m(): void; }',
    ['x.m was for everybody and is for subclasses now'],
  ],
  [
    'export interface x<T = string> { a: T }',
    'export interface x<T> { a: T }',
    ["x had the type parameter 1 '= string' and has no default for it"],
  ],
  [
    'export declare class x<T> { a: T }',
    'export declare class x<T extends string> { a: T }',
    ["x had the type parameter 1 without a bound and has 'extends string'"],
  ],
  ['export interface x<T extends string> { a: T }', 'export interface x<T> { a: T }', []],
  [
    'type A = { a: string; b: 1 };\nexport declare const x: (k: keyof A) => void;',
    'type A = { a: string };\nexport declare const x: (k: keyof A) => void;',
    ['A.b is gone'],
  ],
  [
    'declare const c: { a: 1; b: 2 };\nexport declare const x: typeof c;',
    'declare const c: { a: 1 };\nexport declare const x: typeof c;',
    ['c.b is gone'],
  ],
  [
    'type A = { a: 1 };\ntype B = { b: 1 };\nexport declare const x: () => A & B;',
    'type A = { a: 1; c: 1 };\ntype B = { b: 1 };\nexport declare const x: () => A & B;',
    [],
  ],
  [
    'declare class B { m(): void }\nexport declare class x extends B { }',
    'declare class B { }\nexport declare class x extends B { }',
    ['B.m is gone'],
  ],
  [
    'interface O { a: string; b: string }\nexport declare const x: () => Pick<O, "a" | "b">;',
    'interface O { a: string; b: string }\nexport declare const x: () => Pick<O, "a">;',
    ['x → result was Pick<O, "a" | "b"> and is Pick<O, "a">'],
  ],
];

test.each(CASES)('from %j to %j', (before, after, expected) => {
  const found = breaks(before, after);
  for (const each of expected) expect(found).toContain(each);
  if (expected.length === 0) expect(found).toEqual([]);
});

test('a range that takes less is told apart from one that takes more', () => {
  expect(isWithin('^5.0.0 || ^6.0.0', '>=5.0.0 <7')).toBe(true);
  expect(isWithin('>=5.0.0 <7', '^5.0.0 || ^6.0.0')).toBe(true);
  expect(isWithin('>=5.0.0 <7', '^6.0.0')).toBe(false);
  expect(isWithin('>=20.19.0', '>=22.0.0')).toBe(false);
  expect(isWithin('>=22.0.0', '>=20.19.0')).toBe(true);
  expect(isWithin('~1.2.3', '^1.0.0')).toBe(true);
  expect(isWithin('^0.2.0', '^0.2.1')).toBe(false);
  expect(isWithin('1.2.3', '1')).toBe(true);
});
