import type { Milliseconds } from '@oslofjord/config';
import type { Clock } from './cache/cached-value.ts';
import type { LimitReader } from './cache/limit-reader.ts';
import { unavailableChannel, type UnavailableEvent } from './channels.ts';
import {
  bindingLimit,
  isRequired,
  overLimits,
  overSoftLimits,
  rowsOf,
  type Claimed,
  type MissingPolicy,
  type Row,
  type UsageByProject,
} from './decision.ts';
import { LimitsUnavailableError, type OverLimitInfo } from './errors.ts';
import type { Constraint, EnforcementModel, LimitView } from './models/model.ts';
import type { Awaitable } from './provider.ts';
import type { UsageCall, UsageCounts, UsageReader } from './usage.ts';
import type { Deltas } from './validation.ts';

/** What to decide. */
export interface Question {
  readonly projectId: string | null;
  readonly deltas: Deltas;
  /** Names of the deltas in order. */
  readonly names: readonly string[];
  readonly call: UsageCall;
  /** What the project uses, where that was asked already. */
  readonly counts?: UsageCounts;
}

/** What was decided and on what. */
export interface Decision {
  readonly over: readonly OverLimitInfo[];
  readonly rows: readonly Row[];
  /** Age of the limits it rests on. */
  readonly age: Milliseconds;
  /** Whether limits could not be read and policy let the request pass. */
  readonly isUnavailable: boolean;
}

/** How a decider reads limits; a request's own snapshot stands in for the cache. */
export interface ViewSource {
  view(projectId: string | null, needsTree: boolean): Awaitable<LimitView>;
  refetch(projectId: string | null, needsTree: boolean, seen: LimitView): Promise<LimitView | undefined>;
}

/** What a decider goes by. */
export interface DeciderOptions {
  readonly model: EnforcementModel;
  readonly usage: UsageReader;
  readonly missing: MissingPolicy;
  readonly onUnavailable: 'deny' | 'allow';
  /** Resources whose limits warn and do not refuse; true for all. */
  readonly soft: boolean | ReadonlySet<string>;
  readonly now: Clock;
}

/** Whether limits are known at once: a promise of them would cost a turn of the loop. */
export const isView = (known: Awaitable<LimitView>): known is LimitView => 'readAt' in known;

const nothingClaimed: Claimed = () => 0;

/** The nodes a claim of the project counts under, and what decides about it. */
export interface Gathered {
  readonly view: LimitView;
  readonly constraints: readonly Constraint[];
}

/** Decides requests: reads limits and usage, compares, and reads limits again before it refuses on cached ones. */
export class Decider {
  readonly #options: DeciderOptions;
  readonly #views: ViewSource;

  constructor(options: DeciderOptions, views: ViewSource | LimitReader) {
    this.#options = options;
    this.#views = views;
  }

  /** The same decisions by other limits. */
  reading(views: ViewSource): Decider {
    return new Decider(this.#options, views);
  }

  /** What a request of the project has to keep, as known now; undefined when limits are unavailable and that is no reason to refuse. */
  async gather(projectId: string | null): Promise<Gathered | undefined> {
    try {
      const view = await this.#views.view(projectId, this.#options.model.needsTree);
      return { view, constraints: this.#options.model.constraintsOf(projectId, view) };
    } catch (error) {
      if (this.#options.onUnavailable === 'deny' || !(error instanceof LimitsUnavailableError)) throw error;
      return undefined;
    }
  }

  /** @throws LimitsUnavailableError, UsageError, HierarchyError and whatever a usage callback throws */
  async decide(question: Question, claimed: Claimed = nothingClaimed): Promise<Decision> {
    const start = this.#options.now();
    const { projectId, deltas } = question;
    const { model, onUnavailable } = this.#options;
    let view: LimitView;
    try {
      const known = this.#views.view(projectId, model.needsTree);
      view = isView(known) ? known : await known;
    } catch (error) {
      if (onUnavailable === 'deny' || !(error instanceof LimitsUnavailableError)) throw error;
      const event: UnavailableEvent = { projectId, error };
      unavailableChannel.publish(event);
      return { over: [], rows: [], age: Number.POSITIVE_INFINITY, isUnavailable: true };
    }
    let rows = await this.#rows(question, view, claimed);
    let over = overLimits(rows, deltas);
    const isOver = over.length > 0 || overSoftLimits(rows, deltas).length > 0;
    if (isOver && view.readAt < start) {
      const fresh = await this.#views.refetch(projectId, model.needsTree, view).catch(() => undefined);
      if (fresh !== undefined) {
        view = fresh;
        rows = await this.#rows(question, view, claimed);
        over = overLimits(rows, deltas);
      }
    }
    return { over, rows, age: Math.max(0, this.#options.now() - view.readAt), isUnavailable: false };
  }

  async #rows(question: Question, view: LimitView, claimed: Claimed): Promise<readonly Row[]> {
    const { model, missing, soft } = this.#options;
    const isSoft = (name: string): boolean => (typeof soft === 'boolean' ? soft : soft.has(name));
    const constraints = model.constraintsOf(question.projectId, view);
    const usage = await this.#usage(question, constraints);
    return rowsOf(constraints, question.names, usage, missing, claimed, isSoft);
  }

  async #usage(question: Question, constraints: readonly Constraint[]): Promise<UsageByProject> {
    const { projectId, names, call } = question;
    const { usage, missing } = this.#options;
    const limited = names.filter((name) =>
      constraints.some(
        (constraint) =>
          constraint.members.length > 1 &&
          bindingLimit(constraint.effective(name), isRequired(missing, name)) !== Number.POSITIVE_INFINITY,
      ),
    );
    if (limited.length === 0)
      return new Map([[projectId, question.counts ?? (await usage.one(projectId, names, call))]]);
    const members = new Set(constraints.flatMap((constraint) => constraint.members));
    if (limited.length === names.length) return usage.many([...members], names, call);
    if (projectId !== null) members.delete(projectId);
    const [own, others] = await Promise.all([
      usage.one(projectId, names, call),
      usage.many([...members], limited, call),
    ]);
    return new Map([...others, [projectId, own]]);
  }
}
