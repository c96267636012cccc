import { describe, expect, test } from 'vitest';
import { answer } from './answer.ts';
import { comparable } from './compare.ts';
import { readRecorded } from './recorded.ts';

type Line = Record<string, unknown>;

/** Compares one by one and shows the first differences: thousands of expectations would be slow. */
const expectAll = async (pairs: readonly (readonly [request: Line, expected: unknown])[]): Promise<void> => {
  const differences: unknown[] = [];
  for (const [request, expected] of pairs) {
    const given = comparable(await answer(request));
    const wanted = comparable(expected);
    try {
      expect(given).toEqual(wanted);
    } catch {
      differences.push({ request, given, wanted });
    }
    if (differences.length >= 5) break;
  }
  expect(differences).toEqual([]);
};

const paired = (requests: string, answers: string): (readonly [Line, Line])[] => {
  const expected = new Map(readRecorded(answers).map((line) => [line.id, line]));
  return readRecorded(requests).map((request) => [request, expected.get(request.id) ?? {}]);
};

describe('answers are those recorded of oslo.policy 6.0.0', () => {
  test.each([
    ['rules in text and list form', 'grammar', 'grammar.answers', 2400],
    ['kinds of checks', 'kinds', 'kinds.answers', 704],
    ['YAML documents', 'yaml', 'yaml.answers', 1010],
    ['edge cases', 'edge', 'edge.upstream-6.0.0', 604],
  ])('to %s', async (_, requests, answers, count) => {
    const pairs = paired(requests, answers);
    expect(pairs.length).toBe(count);
    await expectAll(pairs);
  });

  test('to requests on the policies of real services, old and new defaults, with and without a file', async () => {
    await expectAll(readRecorded('sessions').map((session) => [session, { result: true }]));
    const cases = readRecorded('cases');
    expect(cases.length).toBe(6240);
    await expectAll(
      cases.map(({ expect: expected, ...request }) => {
        const { error, result } = expected as Line;
        return [request, error === undefined ? { result } : { error: { type: error } }];
      }),
    );
  });
});

describe('Python values are as recorded of CPython 3.11', () => {
  test('literals and what is none', async () => {
    const lines = readRecorded('literals');
    await expectAll(lines.map(({ kind, ...expected }) => [{ op: 'literal', kind }, expected]));
  });

  test('% formats', async () => {
    const lines = readRecorded('pctformat');
    await expectAll(lines.map(({ fmt, target, ...expected }) => [{ op: 'format', fmt, target }, expected]));
  });
});
