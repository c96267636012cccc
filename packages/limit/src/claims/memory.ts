import type { Clock } from '../cache/cached-value.ts';
import type { ClaimLine, ClaimRecord, ClaimStore } from './store.ts';

interface Held {
  readonly lines: readonly ClaimLine[];
  expiresAt: number;
}

/** How many trees without claims may be kept for the next ones. */
const MOST_EMPTY_TREES = 1_024;

/** The claims under one root: the sum of each node and resource is kept, so that a claim costs its lines only. */
class Tree {
  readonly claims = new Map<string, Held>();
  readonly #sums = new Map<string, Map<string, number>>();
  /** No claim expires before this; renewals only move them later. */
  #soonest = Number.POSITIVE_INFINITY;

  sumOf(nodeId: string, resourceName: string): number {
    return this.#sums.get(nodeId)?.get(resourceName) ?? 0;
  }

  /** Puts a claim and answers what others hold of its lines. */
  put(claimId: string, held: Held): readonly number[] {
    this.take(claimId);
    this.claims.set(claimId, held);
    if (held.expiresAt < this.#soonest) this.#soonest = held.expiresAt;
    const others: number[] = [];
    for (const { nodeId, resourceName, amount } of held.lines) {
      const node = this.#node(nodeId);
      const sum = node.get(resourceName) ?? 0;
      node.set(resourceName, sum + amount);
      others.push(sum);
    }
    return others;
  }

  take(claimId: string): boolean {
    const held = this.claims.get(claimId);
    if (held === undefined) return false;
    this.claims.delete(claimId);
    for (const { nodeId, resourceName, amount } of held.lines) {
      const node = this.#node(nodeId);
      node.set(resourceName, (node.get(resourceName) ?? 0) - amount);
    }
    return true;
  }

  expire(now: number): void {
    if (now < this.#soonest) return;
    this.#soonest = Number.POSITIVE_INFINITY;
    for (const [claimId, { expiresAt }] of this.claims) {
      if (expiresAt <= now) this.take(claimId);
      else this.#soonest = Math.min(this.#soonest, expiresAt);
    }
  }

  #node(nodeId: string): Map<string, number> {
    let node = this.#sums.get(nodeId);
    if (node === undefined) {
      node = new Map();
      this.#sums.set(nodeId, node);
    }
    return node;
  }
}

/** Claims of one process: they hold among everything that shares the store, and end with it. */
class MemoryClaims implements ClaimStore {
  readonly name = 'memory';
  readonly #trees = new Map<string, Tree>();
  readonly #now: Clock;

  constructor(now: Clock) {
    this.#now = now;
  }

  reserve({ claimId, rootId, lines, ttl }: ClaimRecord): Promise<readonly number[]> {
    const now = this.#now();
    let tree = this.#tree(rootId, now);
    if (tree === undefined) {
      tree = new Tree();
      this.#trees.set(rootId, tree);
    }
    return Promise.resolve(tree.put(claimId, { lines, expiresAt: now + ttl }));
  }

  renew({ claimId, rootId, ttl }: ClaimRecord): Promise<boolean> {
    const now = this.#now();
    const held = this.#tree(rootId, now)?.claims.get(claimId);
    if (held === undefined) return Promise.resolve(false);
    held.expiresAt = now + ttl;
    return Promise.resolve(true);
  }

  release({ claimId, rootId }: ClaimRecord): Promise<boolean> {
    const tree = this.#tree(rootId, this.#now());
    const wasHeld = tree?.take(claimId) ?? false;
    if (tree?.claims.size === 0 && this.#trees.size > MOST_EMPTY_TREES) this.#trees.delete(rootId);
    return Promise.resolve(wasHeld);
  }

  held(rootId: string, lines: readonly Omit<ClaimLine, 'amount'>[]): Promise<readonly number[]> {
    const tree = this.#tree(rootId, this.#now());
    return Promise.resolve(lines.map(({ nodeId, resourceName }) => tree?.sumOf(nodeId, resourceName) ?? 0));
  }

  #tree(rootId: string, now: number): Tree | undefined {
    const tree = this.#trees.get(rootId);
    tree?.expire(now);
    return tree;
  }
}

/** A store of claims for services of one process, and for tests. */
export const memoryClaims = (options: { readonly clock?: Clock } = {}): ClaimStore =>
  new MemoryClaims(options.clock ?? ((): number => performance.now()));
