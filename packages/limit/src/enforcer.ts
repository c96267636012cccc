import { parseDuration } from '@oslofjord/config';
import { LimitReader, type CacheStats } from './cache/limit-reader.ts';
import { enforceChannel, thresholdChannel } from './channels.ts';
import { Claimer, type ClaimTerms } from './claims/claimer.ts';
import { during, type Claim } from './claims/held-claim.ts';
import { Lease } from './claims/lease.ts';
import { memoryClaims } from './claims/memory.ts';
import { Decider, isView, type Decision, type Question, type ViewSource } from './decider.ts';
import { roomFor, type Row } from './decision.ts';
import type {
  CallOptions,
  CheckedLimit,
  ClaimCallOptions,
  CountRange,
  Enforcer,
  Fit,
  LeaseOptions,
  NamedLimit,
  ProjectUsage,
  RequestEnforcer,
  Verdict,
} from './enforcer-interface.ts';
import {
  resolveEnforcerOptions,
  type EnforcerOptions,
  type ResolvedEnforcerOptions,
} from './enforcer-options.ts';
import { InvalidArgumentError, ProjectOverLimitError, UnsupportedModelError } from './errors.ts';
import { flatModel } from './models/flat.ts';
import { nestedModel, strictTwoLevelModel, type RootDefault } from './models/hierarchy.ts';
import type { EnforcementModel } from './models/model.ts';
import { sortedNames } from './names.ts';
import { OsloEnforcer } from './oslo/enforcer.ts';
import type { Awaitable, EnforcementModelName } from './provider.ts';
import { publishDecision, publishSoftLimits, publishThresholds } from './publish-decision.ts';
import { isWithinFlat } from './quick-decision.ts';
import { RequestViews } from './request-views.ts';
import { countOf, UsageReader, type UsageCall, type UsageCounts } from './usage.ts';
import { requireDeltas, requireNames, requireProjectId, type Deltas } from './validation.ts';

const modelOf = (name: string, rootDefault: RootDefault): EnforcementModel => {
  if (name === 'flat') return flatModel;
  if (name === 'strict_two_level') return strictTwoLevelModel(rootDefault);
  if (name === 'nested') return nestedModel(rootDefault);
  throw new UnsupportedModelError(name);
};

const checked = (row: Row): CheckedLimit => ({
  resourceName: row.resourceName,
  scope: row.constraint.scope,
  nodeId: row.constraint.nodeId,
  limit: row.limit,
  usage: row.usage,
  isRegistered: row.isRegistered,
  isDefault: row.isDefault,
});

const requireRange = ({ min = 1, max }: CountRange): { readonly min: number; readonly max: number } => {
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max) && min >= 1 && max >= min) return { min, max };
  throw new InvalidArgumentError(
    `min and max must be whole numbers with 1 ≤ min ≤ max, not ${String(min)} and ${String(max)}`,
  );
};

/** Whether a callback answered later. */
const isPromise = <T extends object>(answer: Awaitable<T>): answer is PromiseLike<T> =>
  typeof (answer as Partial<PromiseLike<T>> | null)?.then === 'function';

const requireUnit = (unit: Deltas): readonly string[] => {
  const names = requireDeltas(unit);
  if (names.some((name) => (unit[name] ?? 0) > 0) && names.every((name) => (unit[name] ?? 0) >= 0))
    return names;
  throw new InvalidArgumentError('a unit must need some of a resource, and give back none');
};

const times = (unit: Deltas, count: number): Deltas =>
  Object.fromEntries(Object.entries(unit).map(([name, amount]) => [name, amount * count]));

/** Everything that decides, apart from where views of limits come from. */
interface Parts {
  readonly options: ResolvedEnforcerOptions;
  readonly reader: LimitReader;
  readonly decider: Decider;
  readonly claimer: Claimer;
  readonly model: EnforcementModel;
  readonly usage: UsageReader;
  readonly oslo: OsloEnforcer | undefined;
  readonly close: () => Promise<void>;
}

class LimitEnforcer implements Enforcer {
  readonly #parts: Parts;
  readonly #views: ViewSource;
  readonly #decider: Decider;
  readonly #context: unknown;

  constructor(parts: Parts, views: ViewSource, context: unknown) {
    this.#parts = parts;
    this.#views = views;
    this.#decider = views === parts.reader ? parts.decider : parts.decider.reading(views);
    this.#context = context;
  }

  get model(): EnforcementModelName {
    return this.#parts.model.name;
  }

  async enforce(projectId: string | null, deltas: Deltas, options?: CallOptions): Promise<void> {
    if (this.#parts.oslo !== undefined) return this.#parts.oslo.enforce(projectId, deltas);
    requireProjectId(projectId);
    const names = sortedNames(requireDeltas(deltas));
    options?.signal?.throwIfAborted();
    const { reader, model, usage, options: resolved } = this.#parts;
    const call = this.#call(options, 'decision');
    let counts: UsageCounts | undefined;
    const isWatched = enforceChannel.hasSubscribers || thresholdChannel.hasSubscribers;
    if (this.#views === reader && model === flatModel && !isWatched) {
      const view = reader.view(projectId, false);
      if (isView(view)) {
        const answered = usage.one(projectId, names, call);
        counts = isPromise(answered) ? await answered : answered;
        if (isWithinFlat(view, projectId, names, deltas, counts, resolved.missing)) return;
      } else {
        // The full decision waits for the same read, and reports its failure.
        view.then(undefined, () => undefined);
      }
    }
    const question = { projectId, deltas, names, call, ...(counts === undefined ? {} : { counts }) };
    const { over } = await this.#decide('enforce', question);
    if (over.length > 0) throw new ProjectOverLimitError(projectId, over);
  }

  async check(projectId: string | null, deltas: Deltas, options?: CallOptions): Promise<Verdict> {
    requireProjectId(projectId);
    const names = sortedNames(requireDeltas(deltas));
    options?.signal?.throwIfAborted();
    const call = this.#call(options, 'decision');
    const { over, rows, age } = await this.#decide('check', { projectId, deltas, names, call });
    return { isGranted: over.length === 0, over, limits: rows.map(checked), age };
  }

  async calculateUsage(
    projectId: string | null,
    names: readonly string[],
    options?: CallOptions,
  ): Promise<Readonly<Record<string, ProjectUsage>>> {
    const { oslo, usage } = this.#parts;
    if (oslo !== undefined) {
      const found = await oslo.calculateUsage(projectId, names);
      return Object.fromEntries(found) as Record<string, ProjectUsage>;
    }
    requireProjectId(projectId);
    requireNames(names);
    const limits = await this.getProjectLimits(projectId, names);
    const counts = await usage.one(projectId, names, this.#call(options, 'report'));
    return Object.fromEntries(limits.map(([name, limit]) => [name, { limit, usage: countOf(counts, name) }]));
  }

  async getRegisteredLimits(names?: readonly string[] | null): Promise<readonly NamedLimit[]> {
    const { oslo } = this.#parts;
    if (oslo !== undefined) return (await oslo.getRegisteredLimits(names)) as readonly NamedLimit[];
    const { registered } = await this.#views.view(null, false);
    if (names === undefined || names === null) return [...registered];
    if (names.length > 0) requireNames(names);
    return names.map((name) => [name, registered.get(name) ?? 0]);
  }

  async getProjectLimits(
    projectId: string | null,
    names?: readonly string[] | null,
  ): Promise<readonly NamedLimit[]> {
    const { oslo, model } = this.#parts;
    if (oslo !== undefined) return (await oslo.getProjectLimits(projectId, names)) as readonly NamedLimit[];
    requireProjectId(projectId);
    const isAll = names === undefined || names === null;
    if (isAll && projectId === null) throw new InvalidArgumentError('project_id must not be None');
    if (!isAll && names.length > 0) requireNames(names);
    const view = await this.#views.view(projectId, model.needsTree);
    if (isAll) return [...(view.own.get(projectId ?? '') ?? [])];
    const [own] = model.constraintsOf(projectId, view);
    return names.map((name) => [name, own?.effective(name).limit ?? 0]);
  }

  async claim<T>(
    projectId: string,
    deltas: Deltas,
    work: (claim: Claim) => T | PromiseLike<T>,
    options?: ClaimCallOptions,
  ): Promise<T> {
    return during(await this.hold(projectId, deltas, options), work);
  }

  async hold(projectId: string, deltas: Deltas, options?: ClaimCallOptions): Promise<Claim> {
    return this.#hold(projectId, deltas, requireDeltas(deltas), this.#terms(options), options);
  }

  async claimUpTo<T>(
    projectId: string,
    unit: Deltas,
    range: CountRange,
    work: (claim: Claim) => T | PromiseLike<T>,
    options?: ClaimCallOptions,
  ): Promise<T> {
    const names = requireUnit(unit);
    const { min, max } = requireRange(range);
    const terms: ClaimTerms = { ...this.#terms(options), units: { unit, min, max } };
    return during(await this.#hold(projectId, times(unit, max), names, terms, options), work);
  }

  lease(projectId: string, unit: Deltas, options: LeaseOptions = {}): Lease {
    const names = sortedNames(requireUnit(unit));
    if (projectId === '') requireProjectId(projectId);
    const { block } = { block: options.block ?? 20 };
    requireRange({ max: block });
    const { claimer } = this.#parts;
    const call = this.#call(options, 'decision');
    return new Lease(claimer, this.#decider, {
      projectId,
      unit,
      names,
      block,
      call,
      terms: this.#terms(options),
    });
  }

  async fit(projectId: string | null, unit: Deltas, range?: CountRange, options?: CallOptions): Promise<Fit> {
    requireProjectId(projectId);
    const names = sortedNames(requireUnit(unit));
    const { max } = range === undefined ? { max: Number.POSITIVE_INFINITY } : requireRange(range);
    // Asking for all that might fit reads limits again before it is said that less does.
    const asked = times(unit, Number.isFinite(max) ? max : 1);
    const question: Question = { projectId, deltas: asked, names, call: this.#call(options, 'decision') };
    const { rows } = await this.#decider.decide(question);
    const { count, binding } = roomFor(rows, unit);
    return {
      count: Math.max(0, Math.min(count, max)),
      binding:
        binding === undefined || count >= max
          ? undefined
          : { ...checked(binding), free: Math.max(0, binding.limit - binding.usage - binding.claimed) },
    };
  }

  request(context?: unknown): RequestEnforcer {
    return new LimitEnforcer(this.#parts, new RequestViews(this.#parts.reader), context);
  }

  invalidate(): void {
    this.#parts.reader.invalidate();
  }

  stats(): CacheStats {
    return this.#parts.reader.stats;
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #hold(
    projectId: string,
    deltas: Deltas,
    names: readonly string[],
    terms: ClaimTerms,
    options: ClaimCallOptions | undefined,
  ): Promise<Claim> {
    requireProjectId(projectId);
    if (projectId === (null as unknown)) throw new InvalidArgumentError('a claim needs a project');
    const question: Question = {
      projectId,
      deltas,
      names: sortedNames(names),
      call: this.#call(options, 'decision'),
    };
    return this.#parts.claimer.hold(this.#decider, question, projectId, terms);
  }

  #terms({ ttl, wait }: ClaimCallOptions = {}): ClaimTerms {
    const { claimTtl, claimWait } = this.#parts.options;
    return {
      ttl: ttl === undefined ? claimTtl : parseDuration(ttl),
      wait: wait === undefined ? claimWait : parseDuration(wait),
    };
  }

  #call(options: CallOptions | undefined, purpose: UsageCall['purpose']): UsageCall {
    return { context: options?.context ?? this.#context, signal: options?.signal, purpose };
  }

  async #decide(operation: 'enforce' | 'check', question: Question): Promise<Decision> {
    const { projectId, deltas } = question;
    const decision = await this.#decider.decide(question);
    publishDecision(operation, projectId, decision);
    if (decision.over.length > 0) return decision;
    publishSoftLimits(projectId, decision.rows, deltas);
    if (operation === 'enforce')
      publishThresholds(projectId, decision.rows, deltas, this.#parts.options.thresholds);
    return decision;
  }
}

/**
 * Makes an enforcer. Asks the provider once, for its enforcement model.
 * @throws InvalidArgumentError, UnsupportedModelError (`ERR_LIMIT_MODEL`), and whatever the provider throws
 * @parity oslo.limit 7d1e011 limit.py Enforcer — differs: see divergences
 * @example
 * const enforcer = await createEnforcer({
 *   limits: await yamlLimits('limits.yaml'),
 *   usage: async (projectId, names) => countVolumes(projectId, names),
 * });
 * await enforcer.enforce('project-1', { volumes: 1, gigabytes: 20 });
 */
export const createEnforcer = async (options: EnforcerOptions): Promise<Enforcer> => {
  const isOslo = options.compat === 'oslo';
  if (!isOslo && typeof options.usage !== 'function') {
    throw new InvalidArgumentError('usage_callback must be a callable function.');
  }
  const resolved = resolveEnforcerOptions(options);
  const provider = options.limits;
  const name = options.model ?? (await provider.enforcementModel());
  const oslo = isOslo
    ? new OsloEnforcer(options.usage, provider, name, options.osloCache ?? true)
    : undefined;
  const model = modelOf(name, options.rootDefault ?? 'registered');
  const usage = new UsageReader(options.usage, options.treeUsage);
  const reader = new LimitReader(provider, resolved.cache, resolved.clock);
  const { missing, onUnavailable, soft, clock } = resolved;
  const decider = new Decider({ model, usage, missing, onUnavailable, soft, now: clock }, reader);
  const store = options.claims ?? memoryClaims({ clock });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async (): Promise<void> => {
      reader.close();
      await provider.close?.();
      await store.close?.();
    })();
    return closing;
  };
  const claimer = new Claimer(store, clock, resolved.thresholds);
  const parts: Parts = { options: resolved, reader, decider, claimer, model, usage, oslo, close };
  return new LimitEnforcer(parts, reader, undefined);
};
