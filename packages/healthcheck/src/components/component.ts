import type { Milliseconds } from '@oslofjord/config';
import type { TickClock } from '../clock.ts';
import type { RequestScopes } from '../request-scope.ts';
import type { ResolvedComponentOptions } from './component-options.ts';
import { failureOf, type Failure } from './failure.ts';
import { InFlight } from './in-flight.ts';
import { ProbeRunner, type ProbeResult } from './probe-runner.ts';
import {
  initialState,
  read,
  transition,
  type ComponentEvent,
  type ComponentState,
  type Reading,
  type StateRules,
  type Stuck,
  type Ticks,
} from './state.ts';

/** A call that began: hand it back when it ends. */
export type CallToken = number;

/** Of a call whose evidence does not count, because nobody knows who made it. */
const NO_EVIDENCE: CallToken = -1;
/** Routes that are remembered of a component. */
const MOST_ROUTES = 64;

/** What a component gets from the health that it is part of. */
export interface ComponentHost {
  readonly clock: TickClock;
  readonly scopes: RequestScopes;
  /** Whether calls in anonymous requests count, too. */
  readonly countsAnonymous: boolean;
  readonly keepsMessages: boolean;
  readonly random: () => number;
  /** Called when the reading changes. */
  readonly onReading: (component: Component, before: Reading) => void;
  readonly onProbe: (component: Component, result: ProbeResult, duration: Milliseconds) => void;
}

/**
 * Something that the service depends on. It learns from calls that happen anyway: wrap them with {@link track} or
 * {@link wrap}, or say {@link begin} and {@link ok} or {@link fail} where nothing may be allocated.
 */
export class Component {
  readonly name: string;
  readonly options: ResolvedComponentOptions;
  readonly #host: ComponentHost;
  readonly #clock: TickClock;
  readonly #scopes: RequestScopes;
  readonly #rules: StateRules;
  readonly #calls: InFlight;
  readonly #runner: ProbeRunner | undefined;
  #probing: Promise<ProbeResult> | undefined;
  readonly #routes = new Set<string>();
  #state: ComponentState;
  #reading: Reading;
  /** Nothing but the time of its last success can change by a further success. */
  #isSteady = false;
  /** The process stood still until a moment ago. */
  #isLate = false;
  #lastOk: Ticks = -1;
  #failure: Failure | undefined;
  #probeOks = 0;
  #fails = 0;
  #hasWorked = false;

  constructor(name: string, options: ResolvedComponentOptions, host: ComponentHost) {
    const { clock } = host;
    this.name = name;
    this.options = options;
    this.#host = host;
    this.#clock = clock;
    this.#scopes = host.scopes;
    this.#rules = {
      failAfter: options.failAfter,
      passAfter: options.passAfter,
      ttl: clock.ticksOf(options.ttl),
      hasProbe: options.probe !== undefined,
      probesAtStart: options.startup,
      every: clock.ticksOf(options.every),
      halfOpenAfter: clock.ticksOf(options.halfOpenAfter),
      // Rounded down: the longest wait is a promise.
      halfOpenMax: Math.max(1, Math.floor(options.halfOpenMax / clock.length)),
      halfOpenWindow: clock.ticksOf(options.halfOpenWindow),
    };
    const limit = options.hang === 0 ? 0 : clock.ticksOf(options.hang) + 1;
    this.#calls = new InFlight(clock.tick, limit, options.hangShare);
    this.#runner = options.probe && new ProbeRunner(options.probe, options.probeDeadline);
    this.#state = initialState(clock.tick);
    this.#reading = this.#read();
  }

  /** How it reads as of the last tick. */
  get reading(): Reading {
    return this.#reading;
  }

  /** Whether it has worked since the process started, whatever happened then. */
  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  /** What the last failure was; undefined while it passes. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The routes whose requests used it; at most 64. */
  get routes(): ReadonlySet<string> {
    return this.#routes;
  }

  /** What it was learned from. Ages in milliseconds, as exact as a tick. */
  get evidence(): {
    readonly oks: number;
    readonly fails: number;
    readonly age: Milliseconds | undefined;
    readonly inFlight: number;
    readonly abandoned: number;
    readonly oldest: Milliseconds | undefined;
  } {
    const last = Math.max(this.#state.evidenceAt, this.#lastOk);
    const { oldest, count, abandoned } = this.#calls;
    const { length, tick } = this.#clock;
    return {
      oks: this.#calls.oks + this.#probeOks,
      fails: this.#fails,
      age: last < 0 ? undefined : (tick - last) * length,
      inFlight: count,
      abandoned,
      oldest: oldest === undefined ? undefined : oldest * length,
    };
  }

  /** A call begins. Costs a few nanoseconds and allocates nothing. */
  begin(): CallToken {
    if (this.#scopes.isUsed && !this.#admits()) return NO_EVIDENCE;
    this.#calls.begin();
    return this.#clock.tick;
  }

  /** A call succeeded. */
  ok(token: CallToken): void {
    if (token === NO_EVIDENCE) return;
    this.#calls.endOk(token);
    const now = this.#clock.tick;
    this.#lastOk = now;
    if (!this.#isSteady) {
      this.#apply({ kind: 'ok', now, begun: token, isProbe: false, random: this.#host.random() });
    }
  }

  /**
   * A call ended with an error, which may still show that the component answers.
   * @param error what it failed with; when left out, the component failed
   */
  fail(token: CallToken, error?: unknown): void {
    if (token === NO_EVIDENCE) return;
    const verdict = error === undefined ? 'failure' : this.options.classify(error);
    if (verdict === 'answer') {
      this.ok(token);
      return;
    }
    this.#calls.end(token);
    if (verdict === 'failure') this.#failed(error, false);
  }

  /** A call ended and says nothing of the component: its caller gave up. */
  forget(token: CallToken): void {
    if (token !== NO_EVIDENCE) this.#calls.end(token);
  }

  /** A failure that belongs to no call, such as a connection that was lost. */
  lost(error?: unknown): void {
    if (this.#scopes.isUsed && !this.#admits()) return;
    if (error === undefined || this.options.classify(error) === 'failure') this.#failed(error, false);
  }

  /** Records how `work` ends, and hands on what it returns or throws. */
  async track<Result>(work: () => Result | PromiseLike<Result>): Promise<Result> {
    const token = this.begin();
    try {
      const result = await work();
      this.ok(token);
      return result;
    } catch (error) {
      this.fail(token, error);
      throw error;
    }
  }

  /** The same function, with every call recorded. */
  wrap<Arguments extends unknown[], Result>(
    call: (...args: Arguments) => Result | PromiseLike<Result>,
  ): (...args: Arguments) => Promise<Result> {
    return async (...args) => this.track(() => call(...args));
  }

  /**
   * Asks it now, whatever it reads, and learns from the answer. Whoever asks while a probe is under way joins it.
   * @returns undefined where it has no probe
   */
  async probe(): Promise<ProbeResult | undefined> {
    if (this.#runner === undefined) return undefined;
    this.#probing ??= this.#ask(this.#runner).finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  /**
   * Time went on; called once a tick, after the clock was looked at.
   * @param isLate whether the process stood still: answers may have come that nobody could read yet, so that calls which
   *   have not ended are not held against the component before the next tick
   */
  advance(isLate: boolean): void {
    const now = this.#clock.tick;
    this.#calls.advance(now);
    this.#isLate = isLate && this.#reading.cause !== 'hung';
    if (this.#isSteady && this.#lastOk > this.#state.evidenceAt) {
      this.#state = { ...this.#state, evidenceAt: this.#lastOk };
    }
    const wasProbing = this.#state.probing;
    this.#apply({ kind: 'tick', now, stuck: this.#stuck, random: this.#host.random() });
    if (this.#state.probing && !wasProbing) void this.probe();
  }

  async #ask(runner: ProbeRunner): Promise<ProbeResult> {
    const started = this.#clock.tick;
    const before = performance.now();
    const result = await runner.ask((isOk) => {
      // An answer that came too late still shows that the component lives.
      if (isOk) this.#learn(started, false);
    });
    if (result.outcome === 'ok') this.#learn(started, true);
    else if (result.outcome === 'fail') this.#failed(result.error, true);
    else this.#endProbe();
    this.#host.onProbe(this, result, performance.now() - before);
    return result;
  }

  /** Whether the present work is evidence; notes the route on the way. */
  #admits(): boolean {
    const scope = this.#scopes.current;
    if (scope === undefined) return true;
    if (!this.#host.countsAnonymous && !scope.isAuthenticated()) return false;
    if (this.#routes.size < MOST_ROUTES) {
      const route = scope.route();
      if (route !== undefined) this.#routes.add(route);
    }
    return true;
  }

  #learn(begun: Ticks, isProbe: boolean): void {
    const now = this.#clock.tick;
    this.#probeOks += 1;
    this.#lastOk = now;
    this.#apply({ kind: 'ok', now, begun, isProbe, random: this.#host.random() });
  }

  #failed(error: unknown, isProbe: boolean): void {
    this.#fails += 1;
    this.#failure = failureOf(error, this.#host.keepsMessages);
    this.#apply({ kind: 'fail', now: this.#clock.tick, isProbe, random: this.#host.random() });
  }

  /** A probe that could not be made says nothing. */
  #endProbe(): void {
    this.#state = { ...this.#state, probing: false, attemptAt: this.#clock.tick + this.#rules.halfOpenMax };
  }

  #apply(event: ComponentEvent): void {
    const before = this.#state;
    this.#state = transition(before, event, this.#rules);
    if (this.#state.writtenOffBefore !== before.writtenOffBefore) {
      this.#calls.writeOff(this.#state.writtenOffBefore);
    }
    if (this.#state.condition === 'pass') this.#hasWorked = true;
    const reading = this.#read();
    this.#isSteady = reading.cause === 'working' && this.#state.streak >= this.#rules.passAfter;
    if (reading.cause === 'working') this.#failure = undefined;
    if (reading.status === this.#reading.status && reading.cause === this.#reading.cause) return;
    const previous = this.#reading;
    this.#reading = reading;
    this.#host.onReading(this, previous);
  }

  get #stuck(): Stuck {
    return this.#isLate ? 'none' : this.#calls.stuck;
  }

  #read(): Reading {
    const hasAbandoned = this.#calls.abandoned > 0;
    return read(this.#state, this.#clock.tick, { stuck: this.#stuck, hasAbandoned }, this.#rules);
  }
}
