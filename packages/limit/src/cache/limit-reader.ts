import type { Milliseconds } from '@oslofjord/config';
import { refreshChannel, type RefreshEvent } from '../channels.ts';
import { LimitsUnavailableError, HierarchyError, ScopeError } from '../errors.ts';
import type { LimitView } from '../models/model.ts';
import type { Awaitable, LimitProvider, Limits, LimitsByNode, ProjectTree } from '../provider.ts';
import { CachedValue, type Clock, type Freshness, type LoadReason, type Reading } from './cached-value.ts';
import { loadInto, throughRegion, type CacheRegion, type Codec } from './region.ts';

/** How limits are kept, resolved. */
export interface ResolvedCacheOptions extends Freshness {
  /** A refusal does not ask the provider about the same project again within this time. */
  readonly refetchAfter: Milliseconds;
  /** Whether the limits of all projects are read at once. */
  readonly prefetch: boolean;
  /** How many projects are kept at most. */
  readonly maxProjects: number;
  readonly region: CacheRegion | undefined;
  /** Tells apart what several services keep in one region. */
  readonly regionPrefix: string;
}

/** How the cache fares. */
export interface CacheStats {
  /** Reads from the provider, each at most one request to Keystone. */
  readonly reads: number;
  /** Looks at limits that needed none. */
  readonly hits: number;
  /** Looks at limits that waited for a read. */
  readonly misses: number;
  /** Reads that failed. */
  readonly failures: number;
}

type What = RefreshEvent['what'];

const isLimits = (value: unknown): value is [string, number][] =>
  Array.isArray(value) &&
  value.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number');

const limitsCodec: Codec<Limits> = {
  toJson: (limits) => [...limits],
  fromJson: (value) => (isLimits(value) ? new Map(value) : undefined),
};

const allCodec: Codec<LimitsByNode> = {
  toJson: (all) => Array.from(all, ([id, limits]) => [id, [...limits]]),
  fromJson: (value) => {
    if (!Array.isArray(value)) return undefined;
    const all = new Map<string, Limits>();
    for (const pair of value as readonly unknown[]) {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string' || !isLimits(pair[1])) return undefined;
      all.set(pair[0], new Map(pair[1]));
    }
    return all;
  },
};

const treeCodec: Codec<ProjectTree> = {
  toJson: ({ rootId, parents }) => ({ rootId, parents: [...parents] }),
  fromJson: (value) => {
    const { rootId, parents } = (value ?? {}) as { rootId?: unknown; parents?: unknown };
    return typeof rootId === 'string' && Array.isArray(parents)
      ? { rootId, parents: new Map(parents as [string, string][]) }
      : undefined;
  },
};

const isReading = <T>(reading: Awaitable<Reading<T>>): reading is Reading<T> => 'readAt' in reading;

interface FlatEntry {
  readonly own: CachedValue<Limits>;
  registered?: Limits;
  ownLimits?: Limits;
  view?: LimitView;
}

/**
 * The two-sided cache of limits. What it knows may admit while younger than `maxStale`; before a refusal on cached limits
 * they are read again, at most once per `refetchAfter` and project. Whole lists are kept, so that the absence of a limit
 * is known too, and concurrent reads of the same list are one.
 */
export class LimitReader {
  readonly #provider: LimitProvider;
  readonly #options: ResolvedCacheOptions;
  readonly #now: Clock;
  readonly #registered: CachedValue<Limits>;
  readonly #all: CachedValue<LimitsByNode>;
  readonly #projects = new Map<string, FlatEntry>();
  readonly #trees = new Map<string, CachedValue<ProjectTree>>();
  readonly #refetchedAt = new Map<string, Milliseconds>();
  readonly #stats = { reads: 0, hits: 0, misses: 0, failures: 0 };
  readonly #unsubscribe: () => void;

  constructor(provider: LimitProvider, options: ResolvedCacheOptions, now: Clock) {
    this.#provider = provider;
    this.#options = options;
    this.#now = now;
    this.#registered = this.#cached('registered', 'registered', limitsCodec, () =>
      provider.registeredLimits(),
    );
    this.#all = this.#cached('all', 'all', allCodec, () => provider.allLimits());
    this.#unsubscribe =
      provider.onChange?.(() => {
        this.invalidate();
      }) ?? ((): void => undefined);
  }

  get stats(): CacheStats {
    return { ...this.#stats };
  }

  /**
   * What is known of the limits of a project, at once when it is cached.
   * @throws LimitsUnavailableError
   */
  view(projectId: string | null, needsTree: boolean): Awaitable<LimitView> {
    if (needsTree && projectId !== null) return this.#treeView(projectId, false);
    if (projectId === null) return this.#registeredView(this.#registered.read());
    if (this.#options.prefetch) return this.#listView([this.#registered.read(), this.#all.read()]);
    return this.#flatView(projectId);
  }

  /** Limits as the provider has them now, or undefined when it was asked about this project a moment ago. */
  async refetch(
    projectId: string | null,
    needsTree: boolean,
    seen: LimitView,
  ): Promise<LimitView | undefined> {
    const key = projectId ?? '';
    const now = this.#now();
    if (now - (this.#refetchedAt.get(key) ?? Number.NEGATIVE_INFINITY) < this.#options.refetchAfter) {
      const current = await this.view(projectId, needsTree);
      return current.readAt > seen.readAt ? current : undefined;
    }
    this.#refetchedAt.delete(key);
    this.#refetchedAt.set(key, now);
    this.#bound(this.#refetchedAt);
    if (needsTree && projectId !== null) return this.#treeView(projectId, true);
    const own = this.#options.prefetch ? undefined : this.#entry(key).own;
    if (projectId === null) return this.#registeredView(this.#registered.refetch());
    if (own === undefined) return this.#listView([this.#registered.refetch(), this.#all.refetch()]);
    return this.#settle(Promise.all([this.#registered.refetch(), own.refetch()]), ([registered, limits]) =>
      this.#compose(registered, new Map([[projectId, limits.value]]), limits.readAt),
    );
  }

  /** The limits of every node. */
  async all(): Promise<LimitsByNode> {
    return (await this.#settle(Promise.resolve(this.#all.read()), (reading) => reading)).value;
  }

  /** The tree around a project. */
  async tree(projectId: string): Promise<ProjectTree> {
    return (await this.#settle(Promise.resolve(this.#tree(projectId).read()), (reading) => reading)).value;
  }

  /** The next decision reads limits from the provider. */
  invalidate(): void {
    this.#registered.invalidate();
    this.#all.invalidate();
    for (const { own } of this.#projects.values()) own.invalidate();
    for (const tree of this.#trees.values()) tree.invalidate();
    this.#refetchedAt.clear();
  }

  close(): void {
    this.#unsubscribe();
  }

  #flatView(projectId: string): Awaitable<LimitView> {
    const entry = this.#entry(projectId);
    const registered = this.#registered.read();
    const own = entry.own.read();
    if (isReading(registered) && isReading(own)) {
      this.#stats.hits += 1;
      if (
        entry.view === undefined ||
        entry.registered !== registered.value ||
        entry.ownLimits !== own.value
      ) {
        entry.registered = registered.value;
        entry.ownLimits = own.value;
        entry.view = this.#compose(registered, new Map([[projectId, own.value]]), own.readAt);
      }
      return entry.view;
    }
    return this.#settle(Promise.all([registered, own]), ([r, o]) =>
      this.#compose(r, new Map([[projectId, o.value]]), o.readAt),
    );
  }

  #registeredView(registered: Awaitable<Reading<Limits>>): Awaitable<LimitView> {
    const compose = (reading: Reading<Limits>): LimitView =>
      this.#compose(reading, new Map(), reading.readAt);
    if (isReading(registered)) {
      this.#stats.hits += 1;
      return compose(registered);
    }
    return this.#settle(Promise.resolve(registered), compose);
  }

  #listView(
    readings: readonly [Awaitable<Reading<Limits>>, Awaitable<Reading<LimitsByNode>>],
  ): Awaitable<LimitView> {
    const [registered, all] = readings;
    if (isReading(registered) && isReading(all)) {
      this.#stats.hits += 1;
      return this.#compose(registered, all.value, all.readAt);
    }
    return this.#settle(Promise.all([registered, all]), ([r, a]) => this.#compose(r, a.value, a.readAt));
  }

  #treeView(projectId: string, isRefetch: boolean): Awaitable<LimitView> {
    const tree = this.#tree(projectId);
    const readings = [
      isRefetch ? this.#registered.refetch() : this.#registered.read(),
      isRefetch ? this.#all.refetch() : this.#all.read(),
      isRefetch ? tree.refetch() : tree.read(),
    ] as const;
    const [registered, all, nodes] = readings;
    if (isReading(registered) && isReading(all) && isReading(nodes)) {
      this.#stats.hits += 1;
      return this.#compose(registered, all.value, Math.min(all.readAt, nodes.readAt), nodes.value);
    }
    return this.#settle(Promise.all([registered, all, nodes]), ([r, a, t]) =>
      this.#compose(r, a.value, Math.min(a.readAt, t.readAt), t.value),
    );
  }

  #compose(
    registered: Reading<Limits>,
    own: LimitsByNode,
    ownReadAt: Milliseconds,
    tree?: ProjectTree,
  ): LimitView {
    return { registered: registered.value, own, tree, readAt: Math.min(registered.readAt, ownReadAt) };
  }

  async #settle<R, T>(reading: Promise<R>, use: (reading: R) => T): Promise<T> {
    this.#stats.misses += 1;
    try {
      return use(await reading);
    } catch (error) {
      // That limits would be wrong, or the tree is, is no matter of waiting.
      if (error instanceof ScopeError || error instanceof HierarchyError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new LimitsUnavailableError(`cannot read limits from ${this.#provider.name}: ${reason}`, {
        cause: error,
      });
    }
  }

  #entry(projectId: string): FlatEntry {
    let entry = this.#projects.get(projectId);
    if (entry === undefined) {
      entry = {
        own: this.#cached('project', `project:${projectId}`, limitsCodec, () =>
          this.#provider.projectLimits(projectId),
        ),
      };
      this.#projects.set(projectId, entry);
      this.#bound(this.#projects);
    }
    return entry;
  }

  #tree(projectId: string): CachedValue<ProjectTree> {
    let tree = this.#trees.get(projectId);
    if (tree === undefined) {
      tree = this.#cached('tree', `tree:${projectId}`, treeCodec, () =>
        this.#provider.projectTree(projectId),
      );
      this.#trees.set(projectId, tree);
      this.#bound(this.#trees);
    }
    return tree;
  }

  /** Forgets what was learned first, when there is too much. */
  #bound(map: Map<string, unknown>): void {
    if (map.size <= this.#options.maxProjects) return;
    const [first] = map.keys();
    if (first !== undefined) map.delete(first);
  }

  #cached<T>(what: What, key: string, codec: Codec<T>, load: () => Promise<T>): CachedValue<T> {
    const { region, regionPrefix, maxStale } = this.#options;
    const counted = (reason: LoadReason) => (): Promise<T> => this.#watch(what, reason, load);
    return new CachedValue(
      async (reason) =>
        reason === 'rejection' || reason === 'changed'
          ? { value: await loadInto(region, regionPrefix + key, codec, counted(reason)), age: 0 }
          : throughRegion(region, regionPrefix + key, codec, maxStale, counted(reason)),
      this.#options,
      this.#now,
    );
  }

  async #watch<T>(what: What, reason: LoadReason, load: () => Promise<T>): Promise<T> {
    this.#stats.reads += 1;
    const start = performance.now();
    let failure: { readonly error: unknown } | undefined;
    try {
      return await load();
    } catch (error) {
      this.#stats.failures += 1;
      failure = { error };
      throw error;
    } finally {
      if (refreshChannel.hasSubscribers) {
        const duration = performance.now() - start;
        const event: RefreshEvent = { provider: this.#provider.name, what, reason, duration, ...failure };
        refreshChannel.publish(event);
      }
    }
  }
}
