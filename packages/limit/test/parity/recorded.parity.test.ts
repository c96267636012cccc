import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { comparable, parsePython, recorded } from './recorded.ts';

// Recorded with oslo.limit 7d1e011 and its LimitFixture.
test('every recorded request is answered as oslo.limit answered it', async () => {
  const answers = recorded('answers.master.jsonl').trimEnd().split('\n');
  const cases = recorded('cases.jsonl').trimEnd().split('\n');
  expect(cases.length).toBe(2500);
  for (const [index, line] of cases.entries()) {
    expect(comparable(await answer(JSON.parse(line))), line).toEqual(parsePython(answers[index] ?? ''));
  }
});
