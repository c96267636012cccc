import { expect, test } from 'vitest';
import { edgeCases } from './edge-cases.ts';
import { comparable, parsePython, recorded } from './recorded.ts';

interface EdgeCase {
  readonly case: string;
}

const { cases } = parsePython(recorded('edge-master.json')) as { cases: readonly EdgeCase[] };

/** The two-level model answers nothing but NotImplementedError there; here that name is refused and the real one works. */
const NEVER_WORKED = "model name 'strict-two-level'";

test.each(
  cases
    .filter(({ case: name }) => name !== NEVER_WORKED)
    .map((edge, index) => [edge.case, index, edge] as const),
)('%s (%i) is answered as oslo.limit answers it', async (name, _, { case: __, ...expected }) => {
  const runs = edgeCases.get(name) ?? [];
  expect(runs.length, 'the case has a twin').toBeGreaterThan(0);
  for (const run of runs) expect(comparable(await run())).toEqual(expected);
});
