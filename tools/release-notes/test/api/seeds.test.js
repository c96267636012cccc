import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareSurfaces } from '../../src/api/compare.js';
import { surfaceOf } from '../../src/api/surface.js';
import { buildCopy, ROOT } from './build.js';
import { BREAKS, HARMLESS } from './seeds.js';

/** @import { Surface } from '../../src/api/surface.js' */
/** @import { Seed } from './seeds.js' */

/** @type {string} */
let folder;
/** @type {Map<string, Surface>} of the packages as they are */
const published = new Map();

beforeAll(async () => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, '.cache', 'seeds-'));
  for (const name of new Set([...BREAKS, ...HARMLESS].map((seed) => seed.in))) {
    await buildCopy(join(folder, name), name);
    published.set(name, surfaceOf(join(folder, name)));
  }
});
afterAll(() => {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
});

/** @param {Seed} seed */
const differencesOf = async (seed) => {
  const copy = join(folder, 'seeded');
  await buildCopy(copy, seed.in, seed);
  const before = /** @type {Surface} */ (published.get(seed.in));
  return compareSurfaces(before, surfaceOf(copy, join(ROOT, 'packages', seed.in, 'api', 'behaviours.js')));
};

describe('a break is found and named', () => {
  test('the seeds are enough, in enough packages', () => {
    expect(BREAKS.length).toBeGreaterThanOrEqual(30);
    expect(new Set(BREAKS.map((seed) => seed.in)).size).toBeGreaterThanOrEqual(5);
  });

  test.each(BREAKS)('$in: $name', async (seed) => {
    const breaks = (await differencesOf(seed)).filter(({ level }) => level === 'break');
    expect(breaks.map(({ where, message }) => `${where} ${message};`).join('\n')).toMatch(
      /** @type {RegExp} */ (seed.says),
    );
  });
});

describe('an edit that harms nobody is no break', () => {
  test.each(HARMLESS)('$in: $name', async (seed) => {
    const breaks = (await differencesOf(seed)).filter(({ level }) => level === 'break');
    expect(breaks).toEqual([]);
  });
});

test('a package is equal to itself, and every behaviour of it can be recorded', () => {
  for (const surface of published.values()) {
    expect(compareSurfaces(surface, structuredClone(surface))).toEqual([]);
    expect(Object.keys(surface.behaviours)).not.toContain('can be observed');
    for (const facts of Object.values(surface.behaviours))
      expect(Object.keys(facts)).not.toContain('can be observed');
  }
});
