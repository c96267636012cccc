/** What the service has acknowledged of a volume. */
interface Entry {
  readonly project: string;
  /** The sizes that it may have: one, unless a change of it was asked for and not answered. */
  sizes: Set<number>;
  /** Whether a deletion was asked for and not answered. */
  isPerhapsGone: boolean;
}

/** A volume as the database has it at the end. */
export interface Stored {
  readonly id: string;
  readonly size: number;
  readonly status: string;
}

/** Everything that was acknowledged, to be compared with what is there at the end. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #free: string[] = [];
  readonly #deleted = new Set<string>();

  get acknowledged(): number {
    return this.#entries.size + this.#deleted.size;
  }

  created(id: string, project: string, size: number): void {
    this.#entries.set(id, { project, sizes: new Set([size]), isPerhapsGone: false });
    this.#free.push(id);
  }

  /** A volume that nobody else works on until it is given back. */
  take(random: () => number): string | undefined {
    const index = Math.floor(random() * this.#free.length);
    return this.#free.splice(index, 1)[0];
  }

  giveBack(id: string): void {
    if (this.#entries.has(id)) this.#free.push(id);
  }

  projectOf(id: string): string {
    return this.#entries.get(id)?.project ?? '';
  }

  largestSizeOf(id: string): number {
    return Math.max(...(this.#entries.get(id)?.sizes ?? [0]));
  }

  resized(id: string, size: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.sizes = new Set([size]);
  }

  perhapsResized(id: string, size: number): void {
    this.#entries.get(id)?.sizes.add(size);
  }

  deleted(id: string): void {
    this.#entries.delete(id);
    this.#deleted.add(id);
  }

  perhapsDeleted(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.isPerhapsGone = true;
  }

  /** Somebody was told that a volume is not there; a sentence where it has to be. */
  missed(id: string): string | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.isPerhapsGone) {
      this.deleted(id);
      return undefined;
    }
    return `volume ${id} was acknowledged, and is not there`;
  }

  /** What was acknowledged and is otherwise: a sentence for each. */
  differences(stored: readonly Stored[]): string[] {
    const found = new Map(stored.map((volume) => [volume.id, volume]));
    const problems: string[] = [];
    for (const [id, { sizes, isPerhapsGone }] of this.#entries) {
      const volume = found.get(id);
      if (volume === undefined) {
        if (!isPerhapsGone) problems.push(`volume ${id} was acknowledged, and is not there`);
      } else if (!sizes.has(volume.size)) {
        problems.push(`volume ${id} has ${String(volume.size)} GiB, not ${[...sizes].join(' or ')}`);
      }
    }
    for (const id of this.#deleted) {
      if (found.has(id)) problems.push(`volume ${id} was deleted, and is there`);
    }
    for (const { id, status } of stored) {
      if (status !== 'available') problems.push(`volume ${id} is still ${status}`);
    }
    return problems;
  }
}
