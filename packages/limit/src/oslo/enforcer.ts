import { OsloError, ProjectOverLimitError, type OverLimitInfo } from '../errors.ts';
import { byCodePoint } from '../names.ts';
import type { LimitProvider } from '../provider.ts';
import { OsloLimits, type NamedLimit } from './limits.ts';
import { entriesOf, isInteger, itemsOf, reprText, toInteger, typeName } from './values.ts';

/** A usage callback that may answer anything, as one in Python. */
export type OsloUsageCallback = (projectId: unknown, names: unknown) => unknown;

const NAMES = 'resources_to_check must be non-empty sequence of resource name strings';

const requireProjectId = (projectId: unknown): void => {
  if (projectId === null || projectId === undefined) return;
  if (typeof projectId !== 'string' || projectId === '') {
    throw new OsloError('ValueError', 'project_id must be a non-empty string or None.');
  }
};

const requireDeltas = (given: unknown): ReadonlyMap<string, unknown> => {
  const deltas = entriesOf(given);
  if (deltas === undefined || deltas.length === 0) {
    throw new OsloError('ValueError', 'deltas must be a non-empty dictionary.');
  }
  for (const [name, delta] of deltas) {
    if (typeof name !== 'string') throw new OsloError('ValueError', 'resource name is not a string.');
    if (!isInteger(delta)) throw new OsloError('ValueError', 'resource limit is not an integer.');
  }
  return new Map(deltas as readonly (readonly [string, unknown])[]);
};

const notSubscriptable = (usage: unknown): OsloError => {
  const type = typeName(usage);
  const isSequence = type === 'list' || type === 'str' || type === 'bytes';
  const text =
    type === 'str'
      ? "string indices must be integers, not 'str'"
      : isSequence
        ? `${type === 'bytes' ? 'byte' : type} indices must be integers or slices, not str`
        : `'${type}' object is not subscriptable`;
  return new OsloError('TypeError', text);
};

/** Python's `name in usage` for the answer of a callback. */
const contains = (usage: unknown, name: string): boolean => {
  if (typeof usage === 'string') return usage.includes(name);
  const items = itemsOf(usage);
  if (items === undefined) {
    throw new OsloError('TypeError', `argument of type '${typeName(usage)}' is not iterable`);
  }
  if (!(usage instanceof Uint8Array)) return items.includes(name);
  throw new OsloError('TypeError', "a bytes-like object is required, not 'str'");
};

/** Python's `usage[name]`. */
const subscript = (usage: unknown, name: string): unknown => {
  const entries = entriesOf(usage);
  if (entries === undefined) throw notSubscriptable(usage);
  const entry = entries.find(([key]) => key === name);
  if (entry === undefined) throw new OsloError('KeyError', reprText(name));
  return entry[1];
};

const smallest = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/**
 * Does what oslo.limit's Enforcer does with the flat model, for any value Python could have been given: the arithmetic is
 * of arbitrary precision, truth values are integers, texts are counts where `int()` reads them.
 * @parity oslo.limit 7d1e011 limit.py Enforcer, _FlatEnforcer, _EnforcerUtils — same
 */
export class OsloEnforcer {
  readonly #usage: OsloUsageCallback;
  readonly #limits: OsloLimits;

  /** @throws OsloError (`ValueError`) when the callback is none, or the model is not flat */
  constructor(usage: unknown, provider: LimitProvider, model: string, isCaching = true) {
    if (typeof usage !== 'function') {
      throw new OsloError('ValueError', 'usage_callback must be a callable function.');
    }
    if (model !== 'flat') throw new OsloError('ValueError', `enforcement model ${model} is not supported`);
    this.#usage = usage as OsloUsageCallback;
    this.#limits = new OsloLimits(provider, isCaching);
  }

  /** @throws ProjectOverLimitError, OsloError and whatever the callback throws */
  async enforce(projectId: unknown, given: unknown): Promise<void> {
    requireProjectId(projectId);
    const deltas = requireDeltas(given);
    const names = [...deltas.keys()].sort(byCodePoint);
    const limits = await this.#limits.ofProject(projectId, names);
    const usage = await this.#usage(projectId ?? null, names);
    const over: OverLimitInfo[] = [];
    for (const [name, limit] of limits as readonly (readonly [string, number])[]) {
      if (!contains(usage, name))
        throw new OsloError('ValueError', `unable to get current usage for ${name}`);
      const current = toInteger(subscript(usage, name));
      const delta = toInteger(deltas.get(name));
      if (limit < 0 || current + delta <= limit) continue;
      over.push({
        resourceName: name,
        limit: smallest(toInteger(limit)),
        currentUsage: smallest(current),
        delta: smallest(delta),
      });
    }
    if (over.length > 0) throw new ProjectOverLimitError((projectId as string | undefined) ?? null, over);
  }

  /** Name → limit and what the callback answered, in the order of the names. */
  async calculateUsage(projectId: unknown, names: unknown): Promise<ReadonlyMap<string, OsloProjectUsage>> {
    requireProjectId(projectId);
    const items = itemsOf(names) ?? [];
    if (items.length === 0 || !items.every((name) => typeof name === 'string')) {
      throw new OsloError('ValueError', NAMES);
    }
    const limits = await this.#limits.ofProject(projectId, names);
    const usage = await this.#usage(projectId ?? null, names);
    const result = new Map<string, OsloProjectUsage>();
    for (const [name, limit] of limits as readonly (readonly [string, number])[]) {
      result.set(name, { limit, usage: subscript(usage, name) });
    }
    return result;
  }

  getRegisteredLimits(names: unknown): Promise<readonly NamedLimit[]> {
    return this.#limits.registered(names);
  }

  getProjectLimits(projectId: unknown, names: unknown): Promise<readonly NamedLimit[]> {
    return this.#limits.ofProject(projectId, names);
  }
}

/** A limit and the usage a callback answered, unchanged. */
export interface OsloProjectUsage {
  readonly limit: number;
  readonly usage: unknown;
}
