import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { GraphScenario } from '../../src/graph.js';
import { answer } from './answer.ts';

interface Problem {
  readonly severity: string;
  readonly name: string;
}
interface ItemAnswer {
  readonly error?: string;
  readonly errors?: readonly Problem[];
}
interface ScenarioAnswer {
  readonly errors: readonly Problem[];
  readonly items: Readonly<Record<string, ItemAnswer>>;
}

const recorded = (name: string): unknown =>
  JSON.parse(gunzipSync(readFileSync(new URL(`recorded/${name}.json.gz`, import.meta.url))).toString());

const kindsOf = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ severity, name }) => `${severity}: ${name}`);

/** An answer without the wording of errors, which is ours. */
const comparable = ({ errors, items }: ScenarioAnswer): unknown => ({
  errors: kindsOf(errors),
  items: Object.fromEntries(
    Object.entries(items).map(([id, item]) => [
      id,
      item.error === undefined
        ? { ...item, errors: kindsOf(item.errors ?? []) }
        : { error: item.error.split(':')[0] },
    ]),
  ),
});

// Recorded with Zuul 11.3.
describe('the answers of Zuul to scenarios', () => {
  const cases = recorded('scenarios') as Readonly<
    Record<string, { readonly scenario: string; readonly expected: ScenarioAnswer }>
  >;
  test.each(Object.entries(cases))('%s', (_, { scenario, expected }) => {
    const ours = JSON.parse(JSON.stringify(answer({ scenario }))) as ScenarioAnswer;
    expect(comparable(ours)).toEqual(comparable(expected));
  });
  test('there are at least 70', () => {
    expect(Object.keys(cases).length).toBeGreaterThanOrEqual(70);
  });
});

describe('the answers of Zuul to graphs', () => {
  const cases = recorded('graphs') as Readonly<
    Record<string, { readonly scenario: GraphScenario; readonly expected: unknown }>
  >;
  test.each(Object.entries(cases))('%s', (_, { scenario, expected }) => {
    expect(answer({ dag: scenario })).toEqual(expected);
  });
});
