import { expect, test } from 'vitest';
import {
  initialState,
  read,
  transition,
  type ComponentEvent,
  type ComponentState,
  type Reading,
  type StateRules,
  type Stuck,
} from '../../src/components/state.ts';

/** Every sequence of events up to this depth is tried. */
const DEPTH = 12;

const rules = (own: Partial<StateRules>): StateRules => ({
  failAfter: 2,
  passAfter: 2,
  ttl: 3,
  hasProbe: true,
  probesAtStart: false,
  every: 0,
  halfOpenAfter: 1,
  halfOpenMax: 2,
  halfOpenWindow: 2,
  ...own,
});

/** The world: a component with its calls in flight; what the ring of counters knows, as a list. */
interface World {
  readonly state: ComponentState;
  /** Ages in ticks of the calls under way, youngest first; at most two. */
  readonly calls: readonly number[];
  readonly abandoned: number;
  readonly now: number;
}

const HANG = 2;
const stuckOf = ({ calls }: World): Stuck => {
  const stuck = calls.filter((age) => age >= HANG).length;
  if (stuck === 0) return 'none';
  return stuck >= calls.length / 2 ? 'most' : 'some';
};

const readingOf = (world: World, of: StateRules): Reading =>
  read(world.state, world.now, { stuck: stuckOf(world), hasAbandoned: world.abandoned > 0 }, of);

/** What happens outside: a call begins or ends, a probe ends, time goes on. */
type Happening = 'begin' | 'ok' | 'fail' | 'old-ok' | 'probe-ok' | 'probe-fail' | 'tick';
const HAPPENINGS: readonly Happening[] = ['begin', 'ok', 'fail', 'old-ok', 'probe-ok', 'probe-fail', 'tick'];

/** The step of the pure function that a happening is; undefined where it cannot happen. */
const stepOf = (
  world: World,
  happening: Happening,
): { event: ComponentEvent | undefined; calls: readonly number[] } | undefined => {
  const { calls, now, state } = world;
  const random = 0.5;
  switch (happening) {
    case 'begin':
      return calls.length < 2 ? { event: undefined, calls: [0, ...calls] } : undefined;
    case 'ok':
    case 'fail':
    case 'old-ok': {
      const index = happening === 'old-ok' ? calls.length - 1 : 0;
      const age = calls[index];
      if (age === undefined || (happening === 'old-ok' && calls.length < 2)) return undefined;
      const left = calls.filter((_, at) => at !== index);
      return {
        calls: left,
        event:
          happening === 'fail'
            ? { kind: 'fail', now, isProbe: false, random }
            : { kind: 'ok', now, begun: now - age, isProbe: false, random },
      };
    }
    case 'probe-ok':
      return state.probing
        ? { calls, event: { kind: 'ok', now, begun: now, isProbe: true, random } }
        : undefined;
    case 'probe-fail':
      return state.probing ? { calls, event: { kind: 'fail', now, isProbe: true, random } } : undefined;
    case 'tick': {
      const older = calls.map((age) => Math.min(age + 1, HANG + 3));
      const next = { ...world, calls: older, now: now + 1 };
      return { calls: older, event: { kind: 'tick', now: now + 1, stuck: stuckOf(next), random } };
    }
  }
};

const apply = (world: World, happening: Happening, of: StateRules): World | undefined => {
  const step = stepOf(world, happening);
  if (step === undefined) return undefined;
  const now = step.event?.now ?? world.now;
  const state = step.event === undefined ? world.state : transition(world.state, step.event, of);
  const isWrittenOff = state.writtenOffBefore !== world.state.writtenOffBefore;
  const kept = isWrittenOff ? step.calls.filter((age) => now - age >= state.writtenOffBefore) : step.calls;
  return {
    state,
    calls: kept,
    abandoned: Math.min(2, world.abandoned + step.calls.length - kept.length),
    now,
  };
};

/** The same world whenever nothing that happens later can tell the difference. */
const keyOf = ({ state, calls, abandoned, now }: World): string => {
  const ago = (tick: number): number => (tick < 0 ? -99 : Math.max(tick - now, -6));
  return JSON.stringify([
    state.condition,
    state.streak,
    ago(state.evidenceAt),
    ago(state.hungSince),
    state.recoveries,
    ago(state.writtenOffBefore),
    Math.min(state.attempt, 3),
    Math.max(state.attemptAt - now, -1),
    state.probing,
    ago(state.openUntil),
    calls,
    abandoned,
  ]);
};

interface Edge {
  readonly before: World;
  readonly happening: Happening;
  readonly after: World;
  /** Successes in a row that led here, counted by the test itself. */
  readonly path: readonly Happening[];
}

/** Walks through everything that can happen; `visit` is called with each step once. */
const explore = (of: StateRules, visit: (edge: Edge) => void): number => {
  const start: World = { state: initialState(10), calls: [], abandoned: 0, now: 10 };
  let level: { world: World; path: readonly Happening[] }[] = [{ world: start, path: [] }];
  const seen = new Set([keyOf(start)]);
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const next: typeof level = [];
    for (const { world, path } of level) {
      for (const happening of HAPPENINGS) {
        const after = apply(world, happening, of);
        if (after === undefined) continue;
        const longer = [...path, happening];
        visit({ before: world, happening, after, path: longer });
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ world: after, path: longer });
      }
    }
    level = next;
  }
  return seen.size;
};

const VARIANTS: readonly (readonly [string, StateRules])[] = [
  ['with a probe', rules({})],
  ['without a probe', rules({ hasProbe: false })],
  ['probed before the start', rules({ probesAtStart: true })],
  ['failing at once', rules({ failAfter: 1, passAfter: 1 })],
  ['asked now and then', rules({ every: 2 })],
  ['believing for ever', rules({ ttl: 0, failAfter: 3 })],
];

test.each(VARIANTS)('no sequence of events breaks the laws of a component %s', (_, of) => {
  const breaches: string[] = [];
  const states = explore(of, ({ before, happening, after, path }) => {
    const now = readingOf(after, of);
    const earlier = readingOf(before, of);
    const check = (law: string, holds: boolean): void => {
      if (!holds && breaches.length < 5)
        breaches.push(`${law}: ${path.join(' ')} → ${JSON.stringify(after)}`);
    };
    const isSuccess = ['ok', 'old-ok', 'probe-ok'].includes(happening);
    check('what hangs never passes', stuckOf(after) === 'none' || now.status !== 'pass');
    check(
      'a failure ends only by successes in a row',
      before.state.condition !== 'fail' ||
        after.state.condition === 'fail' ||
        (isSuccess && after.state.streak >= of.passAfter),
    );
    check(
      'time alone mends nothing',
      happening !== 'tick' || earlier.status !== 'fail' || now.status !== 'pass',
    );
    check(
      'it fails only after so many failures in a row',
      before.state.condition === 'fail' ||
        after.state.condition !== 'fail' ||
        (path.slice(-1)[0]?.endsWith('fail') === true && -after.state.streak >= of.failAfter),
    );
    check(
      'nothing passes that was never seen to work',
      now.status !== 'pass' || path.some((one) => one.includes('ok')),
    );
    check(
      'a probe is started only by the clock',
      before.state.probing || !after.state.probing || happening === 'tick',
    );
    check(
      'what passes is never probed',
      !(after.state.probing && !before.state.probing) ||
        after.state.condition !== 'pass' ||
        after.state.hungSince >= 0 ||
        of.every > 0,
    );
    check('requests are let in only where there is no probe', of.hasProbe ? after.state.openUntil < 0 : true);
    check('a half-open window ends', after.state.openUntil - after.now <= of.halfOpenWindow);
    check('a failure closes the window', happening !== 'fail' || now.cause !== 'half-open');
    check(
      'the next attempt is never further away than the longest wait',
      after.state.attemptAt - after.now <= of.halfOpenMax + of.halfOpenWindow,
    );
    check(
      'calls are written off only when newer ones have worked',
      after.state.writtenOffBefore === before.state.writtenOffBefore || isSuccess,
    );
    check('abandoned calls are shown', after.abandoned === 0 || now.status !== 'pass');
  });
  expect(breaches).toEqual([]);
  expect(states).toBeGreaterThan(300);
});

test('a component that has a probe never waits for ever: as soon as it works again it comes back', () => {
  for (const [name, of] of VARIANTS.filter(([, { hasProbe }]) => hasProbe)) {
    explore(of, ({ after, path }) => {
      let world = after;
      // From everywhere: the dependency works from now on, and no traffic comes.
      for (let tick = 0; tick < 3 + of.passAfter * 4 + of.halfOpenMax; tick += 1) {
        world = apply(world, 'tick', of)!;
        if (world.state.probing) world = apply(world, 'probe-ok', of)!;
      }
      const { status } = readingOf(world, of);
      expect(status, `${name}: ${path.join(' ')} → ${JSON.stringify(world)}`).not.toBe('fail');
    });
  }
});

test('without a probe the balancer is let try, again and again', () => {
  const of = rules({ hasProbe: false });
  explore(of, ({ after, path }) => {
    if (readingOf(after, of).status !== 'fail') return;
    let world = after;
    const readings: string[] = [];
    for (let tick = 0; tick < 8; tick += 1) {
      world = apply(world, 'tick', of)!;
      readings.push(readingOf(world, of).cause);
    }
    expect(readings, path.join(' ')).toContain('half-open');
  });
});

test('the laws are not vacuous: a machine that forgets its failures breaks them', () => {
  let passedByTime = false;
  const of = rules({});
  explore(of, ({ before, happening, after }) => {
    const forgetful = { ...after, state: { ...after.state, condition: 'pass' as const, streak: 0 } };
    if (happening === 'tick' && readingOf(before, of).status === 'fail') {
      passedByTime ||= readingOf(forgetful, of).status === 'pass';
    }
  });
  expect(passedByTime).toBe(true);
});
