import type { LimitProvider, Limits } from '../provider.ts';
import { OsloError } from '../errors.ts';
import { isTruthy, iterate, requireHashable } from './values.ts';

/** A resource, whatever was given as its name, and its limit. */
export type NamedLimit = readonly [name: unknown, limit: number];

const named = (limits: Limits): readonly (readonly [string, number])[] => [...limits];

/**
 * Looks up limits as oslo.limit does: found ones are kept for the object's life, missing ones are asked for each time.
 * @parity oslo.limit 7d1e011 limit.py _EnforcerUtils — same
 */
export class OsloLimits {
  readonly #provider: LimitProvider;
  readonly #isCaching: boolean;
  readonly #registered = new Map<unknown, number>();
  readonly #overrides = new Map<unknown, Map<unknown, number>>();

  constructor(provider: LimitProvider, isCaching: boolean) {
    this.#provider = provider;
    this.#isCaching = isCaching;
  }

  /** Limits of the names, or of everything registered. */
  async registered(names: unknown): Promise<readonly NamedLimit[]> {
    if (names === null || names === undefined) return this.#fetchRegistered();
    const found: NamedLimit[] = [];
    for (const name of iterate(names)) found.push([name, (await this.#registeredLimit(name)) ?? 0]);
    return found;
  }

  /** Limits in force for the names, or the project's own ones alone. */
  async ofProject(projectId: unknown, names: unknown): Promise<readonly NamedLimit[]> {
    const isNobody = projectId === null || projectId === undefined;
    if (names === null || names === undefined) {
      if (isNobody) throw new OsloError('ValueError', 'project_id must not be None');
      return this.#fetchOverrides(projectId);
    }
    const found: NamedLimit[] = [];
    for (const name of iterate(names)) {
      const own = isNobody ? undefined : await this.#override(projectId, name);
      found.push([name, own ?? (await this.#registeredLimit(name)) ?? 0]);
    }
    return found;
  }

  async #registeredLimit(name: unknown): Promise<number | undefined> {
    requireHashable(name);
    const cached = this.#registered.get(name);
    if (cached !== undefined) return cached;
    const limits = await this.#fetchRegistered();
    return limits.findLast((limit) => limit[0] === name)?.[1];
  }

  async #override(projectId: unknown, name: unknown): Promise<number | undefined> {
    requireHashable(projectId);
    const known = this.#overrides.get(projectId);
    if (known !== undefined) requireHashable(name);
    const cached = known?.get(name);
    if (cached !== undefined) return cached;
    const limits = await this.#fetchOverrides(projectId);
    return limits.find((limit) => limit[0] === name)?.[1];
  }

  async #fetchRegistered(): Promise<readonly NamedLimit[]> {
    const limits = named(await this.#provider.registeredLimits());
    if (this.#isCaching) for (const [name, limit] of limits) this.#registered.set(name, limit);
    return limits;
  }

  /** An empty project id is no filter: it gives the limits of all projects. */
  async #fetchOverrides(projectId: unknown): Promise<readonly NamedLimit[]> {
    const limits: (readonly [string, number])[] = [];
    if (!isTruthy(projectId)) {
      for (const own of (await this.#provider.allLimits()).values()) limits.push(...named(own));
    } else if (typeof projectId === 'string') {
      limits.push(...named(await this.#provider.projectLimits(projectId)));
    }
    if (this.#isCaching && limits.length > 0) {
      requireHashable(projectId);
      const kept = this.#overrides.get(projectId) ?? new Map<unknown, number>();
      for (const [name, limit] of limits) kept.set(name, limit);
      this.#overrides.set(projectId, kept);
    }
    return limits;
  }
}
