import type { Decider } from '../decider.ts';
import { ClaimLostError } from '../errors.ts';
import type { UsageCall } from '../usage.ts';
import type { Deltas } from '../validation.ts';
import type { Claimer, ClaimTerms } from './claimer.ts';
import type { HeldClaim } from './held-claim.ts';

/** What a lease is of. */
export interface LeaseTerms {
  readonly projectId: string;
  readonly unit: Deltas;
  /** Names of the unit in order. */
  readonly names: readonly string[];
  /** Units to claim at a time. */
  readonly block: number;
  readonly call: UsageCall;
  readonly terms: ClaimTerms;
}

/** How a lease fares. */
export interface LeaseStats {
  /** Units admitted. */
  readonly admitted: number;
  /** Blocks claimed from the store. */
  readonly blocks: number;
}

const times = (unit: Deltas, count: number): Deltas =>
  Object.fromEntries(Object.entries(unit).map(([name, amount]) => [name, amount * count]));

/** One claim of a block, and what became of its units: free, at work, or done and counted as usage. */
interface Block {
  readonly claim: HeldClaim;
  free: number;
  atWork: number;
}

/**
 * Admits from blocks of units claimed in advance: most admissions ask nobody. A unit stays claimed until its block is used
 * up and all its work is done, so it may be counted twice for a while and never not at all: processes together admit at most
 * the limit.
 */
export class Lease {
  readonly #claimer: Claimer;
  readonly #decider: Decider;
  readonly #terms: LeaseTerms;
  readonly #blocks = new Set<Block>();
  #refill: Promise<void> | undefined;
  #isClosed = false;
  #admitted = 0;
  #claimed = 0;

  constructor(claimer: Claimer, decider: Decider, terms: LeaseTerms) {
    this.#claimer = claimer;
    this.#decider = decider;
    this.#terms = terms;
  }

  get stats(): LeaseStats {
    return { admitted: this.#admitted, blocks: this.#claimed };
  }

  /**
   * Runs `work` with one unit of the block, after claiming a new block when none is free. What it created must show in the
   * usage callback when it ends.
   * @throws ProjectOverLimitError when no unit can be had; ClaimLostError when the block was lost under the work
   */
  async use<T>(work: (signal: AbortSignal) => T | PromiseLike<T>): Promise<T> {
    const block = await this.#take();
    try {
      const result = await work(block.claim.signal);
      block.claim.signal.throwIfAborted();
      this.#admitted += 1;
      return result;
    } finally {
      block.atWork -= 1;
      await this.#settle(block);
    }
  }

  /** Gives back what is not used; work that goes on keeps its units until it is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const block of this.#blocks) {
      block.free = 0;
      await this.#settle(block);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #take(): Promise<Block> {
    for (;;) {
      for (const block of this.#blocks) {
        if (block.claim.signal.aborted) {
          this.#blocks.delete(block);
        } else if (block.free > 0) {
          block.free -= 1;
          block.atWork += 1;
          return block;
        }
      }
      if (this.#isClosed) throw new ClaimLostError('of a closed lease');
      this.#refill ??= this.#claim().finally(() => {
        this.#refill = undefined;
      });
      await this.#refill;
    }
  }

  async #claim(): Promise<void> {
    const { projectId, unit, names, block, call, terms } = this.#terms;
    const question = { projectId, deltas: times(unit, block), names, call };
    const claim = await this.#claimer.hold(this.#decider, question, projectId, {
      ...terms,
      units: { unit, min: 1, max: block },
    });
    this.#claimed += 1;
    this.#blocks.add({ claim, free: claim.count, atWork: 0 });
  }

  async #settle(block: Block): Promise<void> {
    if (block.free > 0 || block.atWork > 0 || !this.#blocks.delete(block)) return;
    await block.claim.release();
  }
}
