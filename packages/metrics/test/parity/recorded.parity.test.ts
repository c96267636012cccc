import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { answer } from './answer.ts';

const recorded = (name: string): string =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.gz`, import.meta.url))).toString();

const linesOf = (name: string): string[] => recorded(name).trimEnd().split('\n');

// Recorded with oslo.messaging 8ea2d5b4 over its fake driver and RabbitMQ, and oslo.metrics 1201581 on Python 3.11.
test.each([
  ['fake', 354],
  ['rabbit', 354],
  ['server', 44],
  ['multiproc', 1062],
])('the page after the recorded stream %s is the one of oslo.metrics, byte for byte', (name, count) => {
  const datagrams = linesOf(`${name}.jsonl`).map((line) => JSON.parse(line) as { raw: string });
  expect(datagrams.length).toBe(count);
  const expected = recorded(`${name}.expected.prom`);
  expect(answer({ replay: datagrams.map(({ raw }) => raw) })).toEqual({ text: expected });
  expect(answer({ replay: datagrams })).toEqual({ text: expected });
});

interface Outcome {
  readonly id: string;
  readonly raw?: string;
  readonly b64?: string;
  readonly delta: Record<string, unknown>;
  readonly scrape: string;
  readonly died: null;
}

// Where in the page Python fails depends on its own metrics, which are not ours.
const kindOf = (scrape: string): string => scrape.replace(/position [\d-]+/u, 'position N');

test('every recorded hostile datagram has the outcome it had in oslo.metrics', () => {
  const cases = linesOf('outcomes.jsonl').map((line) => JSON.parse(line) as Outcome);
  expect(cases.length).toBeGreaterThan(50);
  for (const { id, raw, b64, delta, scrape, died } of cases) {
    const ours = answer(raw === undefined ? { b64 } : { raw }) as Outcome;
    expect({ id, delta: ours.delta, scrape: kindOf(ours.scrape), died: ours.died }).toEqual({
      id,
      delta,
      scrape: kindOf(scrape),
      died,
    });
  }
});
