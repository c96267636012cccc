import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Milliseconds } from '@oslofjord/config';
import type { Clock } from '../cache/cached-value.ts';
import type { Decider, Decision, Gathered, Question } from '../decider.ts';
import { overLimits, roomFor, type Claimed, type Row } from '../decision.ts';
import { ClaimStoreError, ProjectOverLimitError, LimitError } from '../errors.ts';
import { publishDecision, publishSoftLimits, publishThresholds } from '../publish-decision.ts';
import type { Deltas } from '../validation.ts';
import { HeldClaim, publishClaim } from './held-claim.ts';
import type { ClaimLine, ClaimRecord, ClaimStore } from './store.ts';

/** How a claim is made, resolved. */
export interface ClaimTerms {
  readonly ttl: Milliseconds;
  /** How long to wait while only claims of others are in the way. */
  readonly wait: Milliseconds;
  /** Takes less than asked for: the deltas are `max` units, and no fewer than `min` will do. */
  readonly units?: { readonly unit: Deltas; readonly min: number; readonly max: number };
}

const times = (unit: Deltas, count: number): Deltas =>
  Object.fromEntries(Object.entries(unit).map(([name, amount]) => [name, amount * count]));

/** The lines that a claim of these deltas has under these nodes. What is given back claims nothing. */
export const linesOf = (
  { constraints }: Gathered,
  names: readonly string[],
  deltas: Deltas,
): readonly ClaimLine[] => {
  const lines: ClaimLine[] = [];
  for (const resourceName of names) {
    const amount = deltas[resourceName] ?? 0;
    if (amount <= 0) continue;
    for (const { nodeId } of constraints) if (nodeId !== null) lines.push({ nodeId, resourceName, amount });
  }
  return lines;
};

/** Looks up what others have claimed in what a store answered. */
export const claimedOf = (lines: readonly ClaimLine[], others: readonly number[]): Claimed => {
  const sums = new Map<string, number>();
  for (const [index, { nodeId, resourceName }] of lines.entries()) {
    sums.set(`${nodeId}\u0000${resourceName}`, others[index] ?? 0);
  }
  return (nodeId, name) => (nodeId === null ? 0 : (sums.get(`${nodeId}\u0000${name}`) ?? 0));
};

const withoutClaims = (rows: readonly Row[]): readonly Row[] => rows.map((row) => ({ ...row, claimed: 0 }));

/** A decision about a claim: what is granted of it, if anything. */
interface Grant {
  readonly deltas: Deltas;
  readonly count: number;
}

const grantOf = (decision: Decision, question: Question, { units }: ClaimTerms): Grant | undefined => {
  if (decision.over.length === 0) return { deltas: question.deltas, count: units?.max ?? 1 };
  if (units === undefined) return undefined;
  const { count } = roomFor(decision.rows, units.unit);
  return count < units.min || count < 1 ? undefined : { deltas: times(units.unit, count), count };
};

/** What became of one try to make a claim. */
type Attempt =
  | { readonly claim: HeldClaim; readonly decision: Decision }
  | { readonly claim?: undefined; readonly decision: Decision; readonly isOnlyClaims: boolean };

/**
 * Makes claims in the only order that is safe: put the claim where all others see it and learn what they hold, then
 * count what is used, then decide; the caller creates, and releases the claim when what it created is counted. An earlier
 * claim is then either still held, and counted as a claim, or released after its work became visible, and counted as
 * usage. `test/claims/interleavings.test.ts` tries every order of steps.
 */
export class Claimer {
  readonly #store: ClaimStore;
  readonly #now: Clock;
  /** Shares of a limit whose passing is told. */
  readonly #thresholds: readonly number[];

  constructor(store: ClaimStore, now: Clock, thresholds: readonly number[]) {
    this.#store = store;
    this.#now = now;
    this.#thresholds = thresholds;
  }

  /**
   * However often it is tried, one decision is told.
   * @throws ProjectOverLimitError, ClaimStoreError, and what deciding throws
   */
  async hold(decider: Decider, question: Question, projectId: string, terms: ClaimTerms): Promise<HeldClaim> {
    const claimId = randomUUID();
    const deadline = this.#now() + terms.wait;
    for (let pause = 5; ; pause = Math.min(pause * 2, 250)) {
      question.call.signal?.throwIfAborted();
      const attempt = await this.#attempt(decider, question, projectId, claimId, terms);
      const { decision, claim } = attempt;
      if (claim !== undefined) {
        publishDecision('claim', projectId, { over: [], age: decision.age });
        publishSoftLimits(projectId, decision.rows, claim.deltas);
        publishThresholds(projectId, decision.rows, claim.deltas, this.#thresholds);
        return claim;
      }
      const left = deadline - this.#now();
      if (!attempt.isOnlyClaims || left <= 0) {
        publishDecision('claim', projectId, decision);
        throw new ProjectOverLimitError(projectId, decision.over);
      }
      // Random, so that two who refuse each other do not meet again.
      await sleep(Math.min(left, pause * (0.5 + Math.random())), undefined, {
        ...(question.call.signal === undefined ? {} : { signal: question.call.signal }),
      });
    }
  }

  async #attempt(
    decider: Decider,
    question: Question,
    projectId: string,
    claimId: string,
    terms: ClaimTerms,
  ): Promise<Attempt> {
    const gathered = await decider.gather(projectId);
    const lines = gathered === undefined ? [] : linesOf(gathered, question.names, question.deltas);
    const rootId = gathered?.view.tree?.rootId ?? projectId;
    const record: ClaimRecord = { claimId, rootId, lines, ttl: terms.ttl };
    const reservedAt = this.#now();
    const others = lines.length === 0 ? [] : await this.#ask(() => this.#store.reserve(record));
    publishClaim(claimId, projectId, 'reserved');
    let decision: Decision;
    let grant: Grant | undefined;
    let kept = record;
    try {
      decision = await decider.decide(question, claimedOf(lines, others));
      grant = grantOf(decision, question, terms);
      if (grant !== undefined && grant.deltas !== question.deltas && gathered !== undefined)
        kept = await this.#shrink(record, gathered, question, grant);
    } catch (error) {
      await this.#giveBack(record, projectId, 'released', error);
      throw error;
    }
    if (grant !== undefined)
      return {
        decision,
        claim: new HeldClaim(this.#store, kept, { projectId, ...grant }, reservedAt, this.#now),
      };
    await this.#giveBack(record, projectId, 'refused');
    const least = terms.units === undefined ? question.deltas : times(terms.units.unit, terms.units.min);
    const over = overLimits(decision.rows, least);
    return {
      decision: over.length === 0 ? decision : { ...decision, over },
      isOnlyClaims: overLimits(withoutClaims(decision.rows), least).length === 0,
    };
  }

  async #shrink(
    record: ClaimRecord,
    gathered: Gathered,
    question: Question,
    grant: Grant,
  ): Promise<ClaimRecord> {
    const smaller = { ...record, lines: linesOf(gathered, question.names, grant.deltas) };
    await this.#ask(() => this.#store.reserve(smaller));
    return smaller;
  }

  /** Takes back what no work came of, and tells its end. */
  async #giveBack(
    record: ClaimRecord,
    projectId: string,
    end: 'refused' | 'released',
    reason?: unknown,
  ): Promise<void> {
    try {
      if (record.lines.length > 0) await this.#store.release(record);
    } catch (error) {
      publishClaim(record.claimId, projectId, 'release-failed', error);
      return;
    }
    publishClaim(record.claimId, projectId, end, reason);
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof LimitError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new ClaimStoreError(`the claim store ${this.#store.name} failed: ${reason}`, { cause: error });
    }
  }
}
