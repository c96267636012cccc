import type { OverLimitInfo } from './errors.ts';
import type { Constraint, Effective } from './models/model.ts';
import { countOf, type UsageCounts } from './usage.ts';

/**
 * What an unregistered resource means: refuse it as Oslo does, take it as unlimited, or either for some resources only.
 */
export type MissingPolicy =
  'deny' | 'allow' | { readonly require: readonly string[] } | { readonly ignore: readonly string[] };

/** Whether a resource that nobody registered is refused. */
export const isRequired = (missing: MissingPolicy, name: string): boolean => {
  if (typeof missing === 'string') return missing === 'deny';
  return 'require' in missing ? missing.require.includes(name) : !missing.ignore.includes(name);
};

/** Usage of each project that counts. */
export type UsageByProject = ReadonlyMap<string | null, UsageCounts>;

/** What others have claimed of a resource under a node. */
export type Claimed = (nodeId: string | null, name: string) => number;

/** One limit, what counts against it, and what is asked for. */
export interface Row {
  readonly constraint: Constraint;
  readonly resourceName: string;
  /** Negative: none. */
  readonly limit: number;
  readonly isRegistered: boolean;
  readonly isDefault: boolean;
  readonly usage: number;
  readonly claimed: number;
  /** Whether it only warns. */
  readonly isSoft: boolean;
}

/** The limit of a resource that decides; Infinity for none. */
export const bindingLimit = ({ limit }: Effective, isMissingRefused: boolean): number => {
  if (limit === undefined) return isMissingRefused ? 0 : Number.POSITIVE_INFINITY;
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
};

const usageOf = (constraint: Constraint, usage: UsageByProject, name: string): number => {
  if (constraint.members.length <= 1) return countOf(usage.get(constraint.members[0] ?? null) ?? {}, name);
  let total = 0;
  for (const member of constraint.members) total += countOf(usage.get(member) ?? {}, name);
  return total;
};

/** Every limit of a request with its usage: by resource in order of name, the project's own limit first. */
export const rowsOf = (
  constraints: readonly Constraint[],
  names: readonly string[],
  usage: UsageByProject,
  missing: MissingPolicy,
  claimed: Claimed,
  isSoft: (name: string) => boolean,
): readonly Row[] => {
  const rows: Row[] = [];
  for (const resourceName of names) {
    for (const constraint of constraints) {
      const effective = constraint.effective(resourceName);
      const limit = bindingLimit(effective, isRequired(missing, resourceName));
      // The usage of a whole tree is asked for only where the tree has a limit.
      if (limit === Number.POSITIVE_INFINITY && constraint.members.length > 1) continue;
      rows.push({
        constraint,
        resourceName,
        limit: limit === Number.POSITIVE_INFINITY ? -1 : limit,
        isRegistered: effective.limit !== undefined,
        isDefault: effective.isDefault,
        usage: usageOf(constraint, usage, resourceName),
        claimed: claimed(constraint.nodeId, resourceName),
        isSoft: isSoft(resourceName),
      });
    }
  }
  return rows;
};

const overOf = (row: Row, delta: number): OverLimitInfo => ({
  resourceName: row.resourceName,
  limit: row.limit,
  currentUsage: row.usage + row.claimed,
  delta,
  scope: row.constraint.scope,
  nodeId: row.constraint.nodeId,
  reason: row.isRegistered ? 'exceeded' : 'unregistered',
  isDefault: row.isDefault,
  claimed: row.claimed,
});

const overOfKind = (
  rows: readonly Row[],
  deltas: Readonly<Record<string, number>>,
  isSoft: boolean,
): readonly OverLimitInfo[] => {
  const over: OverLimitInfo[] = [];
  for (const row of rows) {
    const delta = deltas[row.resourceName] ?? 0;
    if (row.isSoft === isSoft && row.limit >= 0 && row.usage + row.claimed + delta > row.limit)
      over.push(overOf(row, delta));
  }
  return over;
};

/** The limits that the deltas would pass and may not. A delta of 0 asks whether the present is within them. */
export const overLimits = (
  rows: readonly Row[],
  deltas: Readonly<Record<string, number>>,
): readonly OverLimitInfo[] => overOfKind(rows, deltas, false);

/** The soft limits that the deltas would pass. */
export const overSoftLimits = (
  rows: readonly Row[],
  deltas: Readonly<Record<string, number>>,
): readonly OverLimitInfo[] => overOfKind(rows, deltas, true);

/** How many times the unit still fits, and what binds; infinite where nothing does. */
export interface Room {
  readonly count: number;
  readonly binding: Row | undefined;
}

/** The largest number of units that all limits but soft ones have room for: min ⌊(limit − usage − claimed) / unit⌋; below 0 when over. */
export const roomFor = (rows: readonly Row[], unit: Readonly<Record<string, number>>): Room => {
  let room: Room = { count: Number.POSITIVE_INFINITY, binding: undefined };
  for (const row of rows) {
    if (row.limit < 0 || row.isSoft) continue;
    const each = unit[row.resourceName] ?? 0;
    const free = row.limit - row.usage - row.claimed;
    // What needs none of a resource fits any number of times, unless the resource is over already.
    const count = each === 0 ? (free < 0 ? -1 : Number.POSITIVE_INFINITY) : Math.floor(free / each);
    if (count < room.count) room = { count, binding: row };
  }
  return room;
};
