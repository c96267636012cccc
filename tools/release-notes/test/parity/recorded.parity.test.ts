import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import type { Operation } from './replay.js';

interface Recorded {
  readonly ops: readonly Operation[];
  readonly expected: Readonly<Record<string, { readonly debian_2_11_2_same?: boolean }>>;
}

// Recorded with reno 4.1.0.
const cases = JSON.parse(
  gunzipSync(readFileSync(new URL('recorded/reno_cases.json.gz', import.meta.url))).toString(),
) as Readonly<Record<string, Recorded>>;

test('there are recorded histories', () => {
  expect(Object.keys(cases).length).toBeGreaterThanOrEqual(22);
});

test.each(Object.entries(cases))('the history %s is told as reno tells it', async (_, { ops, expected }) => {
  const wanted = Object.entries(expected).map(([name, { debian_2_11_2_same: _same, ...outcome }]) => [
    name,
    outcome,
  ]);
  expect(await answer({ ops })).toEqual(Object.fromEntries(wanted));
});
