import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Session } from './session.ts';

// Recorded with oslo.cache 99a7493 and dogpile.cache 39e3c57 on Python 3.11.
const linesOf = (name: string): readonly string[] =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.jsonl.gz`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n');

test.each([
  ['traces', 9300],
  ['expirations', 12_000],
  ['functions', 1300],
])('every recorded operation of %s is answered as dogpile.cache answered it', async (name, least) => {
  const session = new Session();
  const answers = linesOf(`${name}.answers`);
  const requests = linesOf(name);
  expect(requests.length).toBeGreaterThanOrEqual(least);
  for (const [index, line] of requests.entries()) {
    const ours = await session.answer(JSON.parse(line) as Readonly<Record<string, unknown>>);
    const shown = JSON.stringify(ours, (_, value: unknown) =>
      typeof value === 'bigint' || value === Infinity ? `number ${String(value)}` : value,
    );
    const theirs = (answers[index] ?? '')
      .replace('Infinity', '"number Infinity"')
      .replace(/(?<=: )\d{17,}/u, '"number $&"');
    expect(JSON.parse(shown), line).toEqual(JSON.parse(theirs));
  }
});
