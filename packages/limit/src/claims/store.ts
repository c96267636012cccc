import type { Milliseconds } from '@oslofjord/config';

/** How much of one resource is claimed under one node of a tree. */
export interface ClaimLine {
  /** Project or domain whose limit the claim counts against. */
  readonly nodeId: string;
  readonly resourceName: string;
  /** Above 0. */
  readonly amount: number;
}

/** A claim as a store keeps it. */
export interface ClaimRecord {
  readonly claimId: string;
  /** The root of the tree; claims under one root are kept together, so that one atomic step sees them all. */
  readonly rootId: string;
  readonly lines: readonly ClaimLine[];
  readonly ttl: Milliseconds;
}

/** Keeps claims until they are released or expire, by its own clock. */
export interface ClaimStore {
  /** What to call it in errors. */
  readonly name: string;
  /**
   * Puts the claim in the place of the one of the same id, if there is one, and answers how much others hold of each
   * line, in the order of the lines. One atomic step: of any two claims, at least the later one sees the other.
   */
  reserve(claim: ClaimRecord): Promise<readonly number[]>;
  /** Extends the life of a claim from now; false when it is held no more. */
  renew(claim: ClaimRecord): Promise<boolean>;
  /** Takes the claim away; false when it was held no more. */
  release(claim: ClaimRecord): Promise<boolean>;
  /** How much is claimed of each line now. */
  held(rootId: string, lines: readonly Omit<ClaimLine, 'amount'>[]): Promise<readonly number[]>;
  close?(): Promise<void>;
}
