/** What is believed about a component. */
export type Condition = 'unknown' | 'pass' | 'fail';

/** A moment, as the number of ticks of the process's clock; also a span of time in ticks. */
export type Ticks = number;

/** How much of what should have ended by now has not: nothing, some calls, or most of what there was. */
export type Stuck = 'none' | 'some' | 'most';

/** All that decides what a component is, beside its calls in flight. */
export interface ComponentState {
  readonly condition: Condition;
  /** How many outcomes of one kind came last, up to the threshold; negative for failures. */
  readonly streak: number;
  /** When something was last learned; -1 before anything was. */
  readonly evidenceAt: Ticks;
  /** When calls were first seen to hang; -1 while they do not. */
  readonly hungSince: Ticks;
  /** Successes of calls that began after that. */
  readonly recoveries: number;
  /** Calls that began before this are written off: new ones proved that the component works. */
  readonly writtenOffBefore: Ticks;
  /** Attempts at half-opening since it failed. */
  readonly attempt: number;
  /** When the next attempt is due. */
  readonly attemptAt: Ticks;
  /** Whether a probe is under way. */
  readonly probing: boolean;
  /** Until when the balancer may send a few requests; -1 when it may not. */
  readonly openUntil: Ticks;
}

/** What happens to a component. `random` is 0 to 1 and spreads the attempts of many processes. */
export type ComponentEvent =
  | {
      readonly kind: 'ok';
      readonly now: Ticks;
      readonly begun: Ticks;
      readonly isProbe: boolean;
      readonly random: number;
    }
  | { readonly kind: 'fail'; readonly now: Ticks; readonly isProbe: boolean; readonly random: number }
  | { readonly kind: 'tick'; readonly now: Ticks; readonly stuck: Stuck; readonly random: number };

/** What the rules depend on; times in ticks. */
export interface StateRules {
  readonly failAfter: number;
  readonly passAfter: number;
  /** How long evidence is believed; 0 for ever. */
  readonly ttl: Ticks;
  /** Whether the library can ask the component itself. */
  readonly hasProbe: boolean;
  /** Whether it is asked before any traffic came. */
  readonly probesAtStart: boolean;
  /** How often it is asked while it works, for what no traffic tells of; 0 for never. */
  readonly every: Ticks;
  /** From the failure to the first attempt; doubled for each further one. */
  readonly halfOpenAfter: Ticks;
  readonly halfOpenMax: Ticks;
  /** For a component without a probe: how long the balancer may send requests. */
  readonly halfOpenWindow: Ticks;
}

/** How a component reads: what everything that is shown or answered is made of. */
export interface Reading {
  readonly status: 'pass' | 'warn' | 'unknown' | 'fail';
  readonly cause:
    | 'working'
    | 'flapping'
    | 'slow'
    | 'abandoned'
    | 'half-open'
    | 'stale'
    | 'no-evidence'
    | 'hung'
    | 'failures';
}

/** A component of which nothing is known. */
export const initialState = (now: Ticks): ComponentState => ({
  condition: 'unknown',
  streak: 0,
  evidenceAt: -1,
  hungSince: -1,
  recoveries: 0,
  writtenOffBefore: -1,
  attempt: 0,
  attemptAt: now,
  probing: false,
  openUntil: -1,
});

/** Never longer than the maximum, so that a drained node comes back in time. */
const waitFor = (attempt: number, random: number, rules: StateRules): Ticks => {
  const full = Math.min(rules.halfOpenAfter * 2 ** Math.min(attempt, 16), rules.halfOpenMax);
  return Math.max(1, Math.round(Math.min(full * (0.8 + 0.4 * random), rules.halfOpenMax)));
};

const onOk = (
  state: ComponentState,
  event: ComponentEvent & { kind: 'ok' },
  rules: StateRules,
): ComponentState => {
  const { now } = event;
  const streak = Math.min(Math.max(state.streak, 0) + 1, rules.passAfter);
  const isFresh = state.hungSince >= 0 && event.begun >= state.hungSince;
  const recoveries = state.recoveries + (isFresh ? 1 : 0);
  const isProven = isFresh && recoveries >= rules.passAfter;
  const stillFails = state.condition === 'fail' && streak < rules.passAfter;
  const isBad = stillFails || (state.hungSince >= 0 && !isProven);
  return {
    condition: stillFails ? 'fail' : 'pass',
    streak,
    evidenceAt: now,
    hungSince: isProven ? -1 : state.hungSince,
    recoveries: isProven ? 0 : recoveries,
    writtenOffBefore: isProven ? state.hungSince : state.writtenOffBefore,
    attempt: isBad ? state.attempt : 0,
    // It answers again: the next question comes at once.
    attemptAt: stillFails || isFresh ? now + 1 : event.isProbe ? now + rules.every : state.attemptAt,
    probing: event.isProbe ? false : state.probing,
    // A success keeps the window open for the next.
    openUntil: isBad && state.openUntil > now ? now + rules.halfOpenWindow : -1,
  };
};

const onFail = (
  state: ComponentState,
  event: ComponentEvent & { kind: 'fail' },
  rules: StateRules,
): ComponentState => {
  const { now, random } = event;
  const streak = Math.max(Math.min(state.streak, 0) - 1, -rules.failAfter);
  const fails = state.condition === 'fail' || streak <= -rules.failAfter;
  const isNew = fails && state.condition !== 'fail';
  const isAttempt = event.isProbe || state.openUntil > now;
  const attempt = isNew ? 0 : state.attempt + (isAttempt ? 1 : 0);
  // Attempts are paced from beginning to beginning, however long each takes.
  const from = event.isProbe && state.probing ? state.attemptAt : now;
  return {
    ...state,
    condition: fails ? 'fail' : state.condition,
    streak,
    evidenceAt: now,
    recoveries: 0,
    attempt,
    attemptAt:
      isNew || isAttempt ? Math.max(now + 1, from + waitFor(attempt, random, rules)) : state.attemptAt,
    probing: event.isProbe ? false : state.probing,
    openUntil: -1,
  };
};

/** Whether a component needs to be tried: it failed, hangs, has to be known before the start, or has no traffic. */
const needsAttempt = (state: ComponentState, rules: StateRules): boolean =>
  state.condition === 'fail' ||
  state.hungSince >= 0 ||
  rules.every > 0 ||
  (rules.probesAtStart && state.condition === 'unknown');

const onTick = (
  state: ComponentState,
  event: ComponentEvent & { kind: 'tick' },
  rules: StateRules,
): ComponentState => {
  const { now, stuck, random } = event;
  let next = state;
  if (stuck === 'most' && state.hungSince < 0) {
    const isKnown = state.condition === 'fail';
    next = {
      ...next,
      hungSince: now,
      recoveries: 0,
      attempt: isKnown ? state.attempt : 0,
      attemptAt: isKnown ? state.attemptAt : now + waitFor(0, random, rules),
    };
  } else if (stuck !== 'most' && state.hungSince >= 0) {
    next = { ...next, hungSince: -1, recoveries: 0 };
  }
  if (next.openUntil >= 0 && next.openUntil <= now) next = { ...next, openUntil: -1 };
  if (!needsAttempt(next, rules)) return next;
  if (next.probing || next.openUntil > now || next.attemptAt > now) return next;
  if (rules.hasProbe) return { ...next, probing: true };
  const attempt = next.attempt + 1;
  const openUntil = now + rules.halfOpenWindow;
  return { ...next, attempt, openUntil, attemptAt: openUntil + waitFor(attempt, random, rules) };
};

/**
 * What a component becomes by an event. Pure, so that every sequence of events can be tried: a probe is to be started
 * where `probing` becomes true, and calls are to be written off where `writtenOffBefore` changes.
 */
export const transition = (
  state: ComponentState,
  event: ComponentEvent,
  rules: StateRules,
): ComponentState => {
  switch (event.kind) {
    case 'ok':
      return onOk(state, event, rules);
    case 'fail':
      return onFail(state, event, rules);
    case 'tick':
      return onTick(state, event, rules);
  }
};

/** How a component reads at a moment. What failed never reads as passed by the mere passing of time. */
export const read = (
  state: ComponentState,
  now: Ticks,
  calls: { readonly stuck: Stuck; readonly hasAbandoned: boolean },
  rules: StateRules,
): Reading => {
  const isStale = rules.ttl > 0 && state.evidenceAt >= 0 && now - state.evidenceAt >= rules.ttl;
  if (state.condition === 'fail' || calls.stuck === 'most') {
    if (state.openUntil > now) return { status: 'warn', cause: 'half-open' };
    if (calls.stuck === 'most') return { status: 'fail', cause: 'hung' };
    return { status: 'fail', cause: isStale ? 'stale' : 'failures' };
  }
  if (state.streak < 0) return { status: 'warn', cause: 'flapping' };
  if (state.condition === 'unknown') return { status: 'unknown', cause: 'no-evidence' };
  if (calls.stuck === 'some') return { status: 'warn', cause: 'slow' };
  if (calls.hasAbandoned) return { status: 'warn', cause: 'abandoned' };
  return isStale ? { status: 'unknown', cause: 'stale' } : { status: 'pass', cause: 'working' };
};
