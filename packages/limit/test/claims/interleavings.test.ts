import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, test } from 'vitest';
import { memoryClaims } from '../../src/claims/memory.ts';
import type { ClaimStore } from '../../src/claims/store.ts';
import { createEnforcer } from '../../src/enforcer.ts';
import { ProjectOverLimitError } from '../../src/errors.ts';
import { createLimitFixture } from '../../src/testing/fixture.ts';

// Part 1: every order of the four steps, as a model, in every interleaving.

type Step = 'reserve' | 'count' | 'create' | 'release';

interface Process {
  /** Index of the next step. */
  readonly at: number;
  readonly counted: number;
  readonly others: number;
  readonly isHeld: boolean;
  readonly isRefused: boolean;
}

interface State {
  readonly used: number;
  readonly processes: readonly Process[];
}

/** What process `index` does next; it decides when it comes to create, on what it knows by then. */
const advance = (
  state: State,
  index: number,
  order: readonly Step[],
  deltas: readonly number[],
  limit: number,
): State => {
  const own = state.processes[index]!;
  const delta = deltas[index] ?? 0;
  const held = (process: Process, other: number): number =>
    other !== index && process.isHeld ? (deltas[other] ?? 0) : 0;
  let next: Process = { ...own, at: own.at + 1 };
  let { used } = state;
  switch (order[own.at]) {
    case 'reserve':
      next = {
        ...next,
        isHeld: true,
        others: state.processes.map(held).reduce((sum, amount) => sum + amount, 0),
      };
      break;
    case 'count':
      next = { ...next, counted: used };
      break;
    case 'create':
      if (own.counted + own.others + delta > limit) next = { ...next, isHeld: false, isRefused: true };
      else used += delta;
      break;
    default:
      next = { ...next, isHeld: false };
  }
  return { used, processes: state.processes.map((process, other) => (other === index ? next : process)) };
};

/** Whether usage passes the limit in any interleaving. */
const canExceed = (order: readonly Step[], deltas: readonly number[], limit: number): boolean => {
  const fresh: Process = { at: 0, counted: 0, others: 0, isHeld: false, isRefused: false };
  const waiting: State[] = [{ used: 0, processes: deltas.map(() => fresh) }];
  const seen = new Set<string>();
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (state.used > limit) return true;
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const [index, { at, isRefused }] of state.processes.entries()) {
      if (!isRefused && at < order.length) waiting.push(advance(state, index, order, deltas, limit));
    }
  }
  return false;
};

const permutations = (steps: readonly Step[]): readonly (readonly Step[])[] =>
  steps.length <= 1
    ? [steps]
    : steps.flatMap((step, index) => permutations(steps.toSpliced(index, 1)).map((rest) => [step, ...rest]));

/** The orders that make sense: count before create, reserve before release. */
const orders = permutations(['reserve', 'count', 'create', 'release']).filter(
  (order) =>
    order.indexOf('count') < order.indexOf('create') && order.indexOf('reserve') < order.indexOf('release'),
);

const settings: readonly (readonly [deltas: readonly number[], limit: number])[] = [
  [[1, 1, 1], 2],
  [[5, 1], 5],
  [[3, 2, 1], 3],
];

describe('of all orders of reserving, counting, creating and releasing', () => {
  const safe = 'reserve, count, create, release';
  test.each(orders.map((order) => [order.join(', '), order] as const))(
    '%s is safe only if it is the one used',
    (name, order) => {
      const exceeds = settings.some(([deltas, limit]) => canExceed(order, deltas, limit));
      expect(exceeds).toBe(name !== safe);
    },
  );

  test('there are six', () => {
    expect(orders.length).toBe(6);
  });

  test('no claim at all is not safe', () => {
    expect(settings.every(([deltas, limit]) => canExceed(['count', 'create'], deltas, limit))).toBe(true);
  });
});

// Part 2: the code itself, with a gate before each step that touches what processes share.

/** Runs processes step by step in the order of a schedule, and finds the schedules there are. */
class Gates {
  readonly #waiting = new Map<number, () => void>();
  readonly choices: number[] = [];
  readonly #prefix: readonly number[];
  /** Schedules that differ from this one at the last place where they can. */
  readonly branches: number[][] = [];

  constructor(prefix: readonly number[]) {
    this.#prefix = prefix;
  }

  pass(processId: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(processId, resolve);
    });
  }

  async run(work: Promise<unknown>): Promise<void> {
    const state = { isDone: false };
    void work.finally(() => {
      state.isDone = true;
    });
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (state.isDone) return;
      const ready = [...this.#waiting.keys()].sort((left, right) => left - right);
      const at = this.choices.length;
      const chosen = this.#prefix[at] ?? ready[0] ?? -1;
      if (at >= this.#prefix.length) {
        for (const other of ready) if (other !== chosen) this.branches.push([...this.choices, other]);
      }
      this.choices.push(chosen);
      const go = this.#waiting.get(chosen);
      this.#waiting.delete(chosen);
      go?.();
    }
  }
}

interface Outcome {
  readonly peak: number;
  readonly granted: number;
  /** Whether half of the limit was reached and nobody said so. */
  readonly isUntold: boolean;
}

/** One run of processes that each claim, create and release, in one schedule. */
const runOnce = async (
  gates: Gates,
  deltas: readonly number[],
  limit: number,
  isSafe: boolean,
): Promise<Outcome> => {
  let used = 0;
  let peak = 0;
  let granted = 0;
  const shared = memoryClaims();
  const limits = createLimitFixture({ registered: { r: limit } });
  const one = async (delta: number, processId: number): Promise<void> => {
    const store: ClaimStore = {
      ...shared,
      name: 'gated',
      reserve: async (claim) => {
        await gates.pass(processId);
        return shared.reserve(claim);
      },
      release: async (claim) => {
        await gates.pass(processId);
        return shared.release(claim);
      },
      renew: (claim) => shared.renew(claim),
      held: (rootId, lines) => shared.held(rootId, lines),
    };
    const enforcer = await createEnforcer({
      limits,
      claims: store,
      claim: { wait: 0 },
      thresholds: [0.5],
      usage: async () => {
        await gates.pass(processId);
        return { r: used };
      },
    });
    const create = async (): Promise<void> => {
      await gates.pass(processId);
      used += delta;
      peak = Math.max(peak, used);
      granted += 1;
    };
    try {
      if (isSafe) await enforcer.claim('p', { r: delta }, create);
      else await enforcer.enforce('p', { r: delta }).then(create);
    } catch (error) {
      if (!(error instanceof ProjectOverLimitError)) throw error;
    }
  };
  let told = 0;
  const listen = (): void => void (told += 1);
  subscribe('oslofjord:limit:threshold', listen);
  await gates.run(Promise.all(deltas.map(one)));
  unsubscribe('oslofjord:limit:threshold', listen);
  return { peak, granted, isUntold: peak >= limit / 2 && told === 0 };
};

const explore = async (
  deltas: readonly number[],
  limit: number,
  isSafe: boolean,
): Promise<{ schedules: number; peak: number; fewest: number; untold: number }> => {
  const waiting: number[][] = [[]];
  let schedules = 0;
  let peak = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let untold = 0;
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    const gates = new Gates(prefix);
    const outcome = await runOnce(gates, deltas, limit, isSafe);
    schedules += 1;
    peak = Math.max(peak, outcome.peak);
    fewest = Math.min(fewest, outcome.granted);
    untold += Number(outcome.isUntold);
    waiting.push(...gates.branches);
  }
  return { schedules, peak, fewest, untold };
};

describe('the code, in every schedule of its steps', () => {
  test.each([
    [[1, 1], 1],
    [[1, 1], 2],
    [[2, 1], 2],
  ] as const)('claims of %j under a limit of %i never pass it', async (deltas, limit) => {
    const { schedules, peak } = await explore(deltas, limit, true);
    expect(schedules).toBeGreaterThan(20);
    expect(peak).toBeLessThanOrEqual(limit);
  });

  test.each([
    [[1, 1], 4],
    [[2, 1], 5],
    [[1, 3], 6],
  ] as const)('a share that claims of %j pass of a limit of %i is told', async (deltas, limit) => {
    const { schedules, peak, untold } = await explore(deltas, limit, true);
    expect(schedules).toBeGreaterThan(20);
    expect([peak >= limit / 2, untold]).toEqual([true, 0]);
  });

  test('three claims under a limit of two never pass it', { timeout: 120_000 }, async () => {
    const { schedules, peak } = await explore([1, 1, 1], 2, true);
    expect(schedules).toBeGreaterThan(1000);
    expect(peak).toBe(2);
  });

  test('the same harness sees enforce alone pass the limit', async () => {
    const { peak } = await explore([1, 1], 1, false);
    expect(peak).toBe(2);
  });
});
