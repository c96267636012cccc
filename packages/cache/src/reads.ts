import type { Driver } from './driver.ts';
import type { Entry } from './entry.ts';
import { BackendError } from './errors.ts';

/** What a driver answered to the reads of one turn; where some of its servers failed, also their error. */
interface Outcome {
  readonly entries: readonly (Entry | undefined)[];
  /** Of which keys the driver knows something, where it does not of all. */
  readonly answered?: ReadonlyMap<string, Entry | undefined>;
  readonly error?: BackendError;
}

/** The reads of one turn of the event loop. */
interface Batch {
  readonly keys: string[];
  /** How many changes there had been when it began. */
  readonly began: number;
  readonly outcome: Promise<Outcome>;
}

/**
 * Single reads, gathered: those that begin in one turn of the event loop become one request to the driver, and reads
 * of one key one read. An older read is not joined, because it may have seen the store before a change that a later
 * caller knows of; a read during which its key changes is made again.
 */
export class Reads {
  readonly #host: { readonly driver: Driver };
  #batch: Batch | undefined;
  /** Where each key stands in the batch that can be joined; empty while it has only one. */
  readonly #places = new Map<string, number>();
  #underWay = 0;
  #changes = 0;
  /** The number of the last change of keys, while reads are under way. */
  readonly #changed = new Map<string, number>();

  constructor(host: { readonly driver: Driver }) {
    this.#host = host;
  }

  /**
   * The entry of a key, as the driver has it.
   * @throws BackendError
   */
  async read(key: string): Promise<Entry | undefined> {
    for (;;) {
      const batch = this.#batch ?? this.#begin();
      const place = this.#placeIn(batch.keys, key);
      const { entries, answered, error } = await batch.outcome;
      if (this.#changed.size > 0 && (this.#changed.get(key) ?? 0) > batch.began) continue;
      if (error !== undefined && answered?.has(key) !== true) throw error;
      return entries[place];
    }
  }

  /** Reads of these keys that are under way answer what was before. */
  outdate(keys: readonly string[]): void {
    if (this.#underWay === 0) return;
    this.#changes += 1;
    for (const key of keys) this.#changed.set(key, this.#changes);
  }

  #placeIn(keys: string[], key: string): number {
    if (keys.length === 0) return keys.push(key) - 1;
    if (this.#places.size === 0) this.#places.set(keys[0] ?? '', 0);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, keys.length);
    return keys.push(key) - 1;
  }

  #begin(): Batch {
    if (this.#underWay === 0) this.#changed.clear();
    this.#underWay += 1;
    const keys: string[] = [];
    const outcome = new Promise<Outcome>((resolve, reject) => {
      process.nextTick(() => {
        this.#batch = undefined;
        this.#places.clear();
        this.#ask(keys, resolve, reject);
      });
    });
    this.#batch = { keys, began: this.#changes, outcome };
    return this.#batch;
  }

  #ask(keys: readonly string[], resolve: (outcome: Outcome) => void, reject: (error: unknown) => void): void {
    const fail = (error: unknown): void => {
      this.#underWay -= 1;
      if (!(error instanceof BackendError) || error.answered === undefined) {
        reject(error);
        return;
      }
      const { answered } = error;
      resolve({ entries: keys.map((key) => answered.get(key)), answered, error });
    };
    try {
      this.#host.driver.getMany(keys).then((entries) => {
        this.#underWay -= 1;
        resolve({ entries });
      }, fail);
    } catch (error) {
      fail(error);
    }
  }
}
