import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { comparable, parsePython } from './compare.ts';

// Recorded with oslo.config 9.0.0, rfc3986 1.5.0 and netaddr 0.8.0 on Python 3.11.
const linesOf = (name: string): readonly string[] =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.jsonl.gz`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n');

test('every recorded request is answered as oslo.config answered it', () => {
  const answers = linesOf('answers');
  const cases = linesOf('cases');
  expect(cases.length).toBe(3000);
  for (const [index, line] of cases.entries()) {
    expect(comparable(answer(JSON.parse(line))), line).toEqual(parsePython(answers[index] ?? ''));
  }
});
