import { randomBytes } from 'node:crypto';
import type { MissReason } from './freshness.ts';
import { Entry } from './entry.ts';
import type { ResolvedRegionOptions } from './options.ts';
import type { Driver } from './driver.ts';

/** What tags need of the store they are part of. */
export interface TagHost {
  readonly driver: Driver;
  readonly options: ResolvedRegionOptions;
  /** What is stored under a key. @throws BackendError */
  readRaw(stored: string): Promise<unknown>;
  /** Reads of these keys that are under way answer what was before. */
  outdate(stored: readonly string[]): void;
  tolerate(error: unknown): void;
}

const storedNameOf = (tag: string): string => `\u0001tag:${tag}`;

const newGeneration = (): string => randomBytes(9).toString('base64url');

/**
 * Tags whose invalidation is one write, whatever number of entries carry them. Each tag has a generation, a random
 * text in the cache itself; an entry remembers the generations of its tags from before its creation, and holds while
 * they are the same. No clocks are compared, so a write right after an invalidation is never lost.
 */
export class Tags {
  readonly #store: TagHost;

  constructor(store: TagHost) {
    this.#store = store;
  }

  #keyOf(tag: string): string {
    const { keyMangler } = this.#store.options;
    return keyMangler === undefined ? storedNameOf(tag) : keyMangler(storedNameOf(tag));
  }

  /** Asks for the generations of tags in the same turn as the entries, hence in the same round trip. */
  prefetch(tags: readonly string[]): void {
    for (const tag of tags) this.#read(tag).catch(() => undefined);
  }

  async #read(tag: string): Promise<string | undefined> {
    const generation = await this.#store.readRaw(this.#keyOf(tag));
    return typeof generation === 'string' ? generation : undefined;
  }

  /** The generation at once, where the driver can answer at once. */
  peek(tag: string): unknown {
    return this.#store.driver.peek?.(this.#keyOf(tag))?.payload;
  }

  /** Whether the generations an entry remembers are those of now; or why it does not count. */
  async hold(remembered: Readonly<Record<string, string>>): Promise<MissReason | true> {
    try {
      const tags = Object.keys(remembered);
      const current = await Promise.all(tags.map(async (tag) => this.#read(tag)));
      return tags.every((tag, index) => current[index] === remembered[tag]) ? true : 'tag invalidated';
    } catch (error) {
      this.#store.tolerate(error);
      return 'backend error';
    }
  }

  /** The generations of tags, given to those that have none; undefined when the driver fails. */
  async generations(tags: readonly string[]): Promise<Readonly<Record<string, string>> | undefined> {
    const generations = Object.create(null) as Record<string, string>;
    try {
      const current = await Promise.all(tags.map(async (tag) => this.#read(tag)));
      const fresh: string[] = [];
      for (const [index, tag] of tags.entries()) {
        const generation = current[index];
        if (generation === undefined) fresh.push(tag);
        else generations[tag] = generation;
      }
      Object.assign(generations, await this.#renew(fresh));
      return generations;
    } catch (error) {
      this.#store.tolerate(error);
      return undefined;
    }
  }

  /** Entries that carry one of these tags are misses from now on. */
  async invalidate(tags: readonly string[]): Promise<void> {
    await this.#renew(tags);
  }

  async #renew(tags: readonly string[]): Promise<Record<string, string>> {
    if (tags.length === 0) return {};
    const generations = Object.fromEntries(tags.map((tag) => [tag, newGeneration()]));
    const { clock } = this.#store.options;
    const entries = new Map<string, Entry>();
    for (const tag of tags) {
      entries.set(this.#keyOf(tag), new Entry(generations[tag], { createdAt: clock.now(), version: 2 }));
    }
    this.#store.outdate([...entries.keys()]);
    await this.#store.driver.setMany(entries);
    return generations;
  }
}
