import { UsageError } from './errors.ts';
import type { Awaitable } from './provider.ts';

/** Resource name → how much of it is used. */
export type UsageCounts = Readonly<Record<string, number>> | ReadonlyMap<string, number>;

/** What a usage callback is told besides whom and what to count. */
export interface UsageCall {
  /** What the caller of `enforce`, `check` or `claim` passed as `context`. */
  readonly context: unknown;
  readonly signal: AbortSignal | undefined;
  /** What the counts are for; a report may be answered from a slower or staler place than a decision. */
  readonly purpose: 'decision' | 'report';
}

/**
 * Counts what a project uses of the named resources. Called once per decision with all names in order; null stands for
 * nobody in particular. What it answers must be as new as the last thing created.
 */
export type UsageCallback = (
  projectId: string | null,
  names: readonly string[],
  call: UsageCall,
) => Awaitable<UsageCounts>;

/** Counts for many projects at once: one `GROUP BY` instead of a call for each. A project left out uses nothing. */
export type TreeUsageCallback = (
  projectIds: readonly string[],
  names: readonly string[],
  call: UsageCall,
) => Awaitable<ReadonlyMap<string, UsageCounts> | Readonly<Record<string, UsageCounts>>>;

const valueOf = (counts: UsageCounts, name: string): unknown => {
  if (counts instanceof Map) return (counts as ReadonlyMap<string, number>).get(name);
  return Object.hasOwn(counts, name) ? (counts as Readonly<Record<string, number>>)[name] : undefined;
};

/**
 * One count of a callback's answer.
 * @throws UsageError when the answer has none, or none that is a whole number
 */
export const countOf = (given: UsageCounts, name: string): number => {
  // A callback written in JavaScript may answer anything.
  const counts: UsageCounts | null | undefined = given;
  if (typeof counts !== 'object' || Object.is(counts, null)) {
    throw new UsageError('the usage callback answered no counts by name', name);
  }
  const value = valueOf(counts, name);
  if (value === undefined) throw new UsageError(`unable to get current usage for ${name}`, name);
  if (!Number.isSafeInteger(value)) {
    const shown = typeof value === 'number' ? String(value) : `a ${value === null ? 'null' : typeof value}`;
    throw new UsageError(`the usage callback answered ${shown} for ${name}, which is no whole number`, name);
  }
  return value as number;
};

/** Asks callbacks for usage. */
export class UsageReader {
  readonly #usage: UsageCallback;
  readonly #treeUsage: TreeUsageCallback | undefined;

  constructor(usage: UsageCallback, treeUsage: TreeUsageCallback | undefined) {
    this.#usage = usage;
    this.#treeUsage = treeUsage;
  }

  one(projectId: string | null, names: readonly string[], call: UsageCall): Awaitable<UsageCounts> {
    return this.#usage(projectId, names, call);
  }

  /** Usage of several projects, by one call where the service offers it, else by one for each. */
  async many(
    projectIds: readonly string[],
    names: readonly string[],
    call: UsageCall,
  ): Promise<ReadonlyMap<string, UsageCounts>> {
    const answers = new Map<string, UsageCounts>();
    if (this.#treeUsage === undefined) {
      const counts = await Promise.all(projectIds.map(async (id) => this.#usage(id, names, call)));
      for (const [index, id] of projectIds.entries()) answers.set(id, counts[index] ?? {});
      return answers;
    }
    // Of a project that the callback left out nothing is used.
    const nothing = Object.fromEntries(names.map((name) => [name, 0]));
    const answered = await this.#treeUsage(projectIds, names, call);
    const byId =
      answered instanceof Map
        ? (answered as ReadonlyMap<string, UsageCounts>)
        : new Map(Object.entries(answered as Readonly<Record<string, UsageCounts>>));
    for (const id of projectIds) answers.set(id, byId.get(id) ?? nothing);
    return answers;
  }
}
