import { channel, type Channel } from 'node:diagnostics_channel';
import type { Credentials, PolicyContext } from '../checks/credentials.ts';
import type { Enforcer, Target } from '../enforcer.ts';
import {
  EvaluationError,
  InvalidScopeError,
  PolicyNotAuthorizedError,
  PolicyNotRegisteredError,
} from '../errors.ts';

/** How a policy took a request: whether it allows, or the code of the error it failed with. */
export type Outcome = 'allowed' | 'denied' | { readonly failed: string };

/** A request on which the policy in force and the one in its shadow differ. It holds neither target nor credentials. */
export interface ShadowDifferenceEvent {
  readonly rule: string;
  readonly main: Outcome;
  readonly shadow: Outcome;
}

/** `oslofjord:policy:shadow_difference` */
export const shadowDifferenceChannel: Channel<unknown, ShadowDifferenceEvent> = channel(
  'oslofjord:policy:shadow_difference',
) as Channel<unknown, ShadowDifferenceEvent>;

/** What was seen so far. */
export interface ShadowCounts {
  readonly decisions: number;
  readonly differences: number;
  /** Requests that only the shadow would allow, by rule. */
  readonly gains: ReadonlyMap<string, number>;
  /** Requests that only the policy in force allows, by rule. */
  readonly losses: ReadonlyMap<string, number>;
}

/** How a shadow reports, beside its channel and counts. */
export interface ShadowOptions {
  /** Called for each difference, with what it was about; keep secrets out of what you make of it. */
  readonly onDifference?: (
    event: ShadowDifferenceEvent,
    target: Target,
    requester: Credentials | PolicyContext,
  ) => void;
}

const outcomeOf = (
  enforcer: Enforcer,
  rule: string,
  target: Target,
  requester: Credentials | PolicyContext,
): Outcome => {
  try {
    return enforcer.enforce(rule, target, requester) ? 'allowed' : 'denied';
  } catch (error) {
    return { failed: error instanceof EvaluationError ? error.kind : nameOf(error) };
  }
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

const isSame = (a: Outcome, b: Outcome): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : a.failed === b.failed;

/**
 * Decides by one policy and watches what another one would decide: new defaults, an edited file, the strict mode. The
 * other one never changes an answer and never fails a request.
 * @example
 * const watched = new ShadowedEnforcer(enforcer, new Enforcer({ policies, enforceNewDefaults: true }));
 * watched.enforce('volume:show', target, credentials);
 * watched.counts.losses; // who would lose, by rule
 */
export class ShadowedEnforcer {
  readonly main: Enforcer;
  readonly shadow: Enforcer;
  readonly #onDifference: ShadowOptions['onDifference'];
  #decisions = 0;
  #differences = 0;
  readonly #gains = new Map<string, number>();
  readonly #losses = new Map<string, number>();

  constructor(main: Enforcer, shadow: Enforcer, { onDifference }: ShadowOptions = {}) {
    this.main = main;
    this.shadow = shadow;
    this.#onDifference = onDifference;
  }

  /** What was seen so far; a snapshot. */
  get counts(): ShadowCounts {
    return {
      decisions: this.#decisions,
      differences: this.#differences,
      gains: new Map(this.#gains),
      losses: new Map(this.#losses),
    };
  }

  /** {@link Enforcer.enforce} of the policy in force. */
  enforce(rule: string, target: Target, requester: Credentials | PolicyContext): boolean {
    let isAllowed: boolean;
    try {
      isAllowed = this.main.enforce(rule, target, requester);
    } catch (error) {
      const failed = error instanceof EvaluationError ? error.kind : nameOf(error);
      this.#compare({ failed }, rule, target, requester);
      throw error;
    }
    this.#compare(isAllowed ? 'allowed' : 'denied', rule, target, requester);
    return isAllowed;
  }

  /** {@link Enforcer.authorize} of the policy in force. */
  authorize(rule: string, target: Target, requester: Credentials | PolicyContext): void {
    try {
      this.main.authorize(rule, target, requester);
    } catch (error) {
      if (error instanceof PolicyNotRegisteredError) throw error;
      const isDenial = error instanceof PolicyNotAuthorizedError || error instanceof InvalidScopeError;
      const failed = error instanceof EvaluationError ? error.kind : nameOf(error);
      this.#compare(isDenial ? 'denied' : { failed }, rule, target, requester);
      throw error;
    }
    this.#compare('allowed', rule, target, requester);
  }

  #compare(main: Outcome, rule: string, target: Target, requester: Credentials | PolicyContext): void {
    this.#decisions += 1;
    const shadow = outcomeOf(this.shadow, rule, target, requester);
    if (isSame(main, shadow)) return;
    this.#differences += 1;
    const changed = shadow === 'allowed' ? this.#gains : main === 'allowed' ? this.#losses : undefined;
    changed?.set(rule, (changed.get(rule) ?? 0) + 1);
    const event: ShadowDifferenceEvent = { rule, main, shadow };
    if (shadowDifferenceChannel.hasSubscribers) shadowDifferenceChannel.publish(event);
    this.#onDifference?.(event, target, requester);
  }
}
