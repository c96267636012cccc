import type { CallOptions, Enforcer, Verdict } from './enforcer-interface.ts';
import { InvalidArgumentError } from './errors.ts';
import type { KeystoneSession } from './keystone/session.ts';
import type { ResolvedTarget } from './keystone/target.ts';

/** What a resource is counted in. */
export type ResourceUnit = 'count' | 'B' | 'KiB' | 'MiB' | 'GiB' | 'TiB';

/** A resource of a service. */
export interface ResourceDefinition {
  /** The limit to register for it; -1 is unlimited. */
  readonly default: number;
  /** @default 'count' */
  readonly unit?: ResourceUnit;
  /** Registered with it. */
  readonly description?: string;
}

/** Resources by name. */
export type ResourceDefinitions = Readonly<Record<string, ResourceDefinition>>;

/** An enforcer that takes only the names that are defined. */
export interface ResourceEnforcer<Name extends string> {
  enforce(
    projectId: string | null,
    deltas: Readonly<Partial<Record<Name, number>>>,
    options?: CallOptions,
  ): Promise<void>;
  check(
    projectId: string | null,
    deltas: Readonly<Partial<Record<Name, number>>>,
    options?: CallOptions,
  ): Promise<Verdict>;
}

/** The resources of a service, known by name to compiler and Keystone. */
export interface Resources<Name extends string> {
  readonly names: readonly Name[];
  readonly definitions: Readonly<Record<Name, ResourceDefinition>>;
  /** Deltas of defined names only; what is undefined is left out. @throws InvalidArgumentError when nothing is left */
  deltas(given: Readonly<Partial<Record<Name, number | undefined>>>): Readonly<Record<string, number>>;
  /** Bytes in the unit of the resource, rounded up. @throws InvalidArgumentError for a resource that is counted */
  amount(name: Name, bytes: number): number;
  /** The enforcer, with names checked by the compiler. */
  typed(enforcer: Enforcer): ResourceEnforcer<Name>;
  /** Registers in Keystone what is not registered yet, and leaves alone what is. Answers the names it registered. */
  ensureRegistered(session: KeystoneSession, target: ResolvedTarget): Promise<readonly Name[]>;
}

const BYTES: Readonly<Record<Exclude<ResourceUnit, 'count'>, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/**
 * Defines the resources of a service once: their names, defaults and units.
 * @throws InvalidArgumentError for a default that is no limit
 * @example
 * const resources = defineResources({ volumes: { default: 10 }, gigabytes: { default: 1000, unit: 'GiB' } });
 * await resources.typed(enforcer).enforce(projectId, { volumes: 1, gigabytes: resources.amount('gigabytes', bytes) });
 */
export const defineResources = <const D extends ResourceDefinitions>(
  definitions: D,
): Resources<Extract<keyof D, string>> => {
  type Name = Extract<keyof D, string>;
  const names = Object.keys(definitions) as Name[];
  for (const name of names) {
    const limit = definitions[name]?.default;
    if (Number.isSafeInteger(limit) && (limit ?? -2) >= -1) continue;
    throw new InvalidArgumentError(
      `the default of ${name} must be a whole number from -1, not ${String(limit)}`,
    );
  }
  const deltas = (
    given: Readonly<Partial<Record<Name, number | undefined>>>,
  ): Readonly<Record<string, number>> => {
    const kept = Object.entries(given as Record<string, number | undefined>).filter(
      (pair): pair is [string, number] => pair[1] !== undefined,
    );
    if (kept.length === 0) throw new InvalidArgumentError('deltas must be a non-empty dictionary.');
    return Object.fromEntries(kept);
  };
  return {
    names,
    definitions,
    deltas,
    amount: (name, bytes): number => {
      const unit = definitions[name]?.unit ?? 'count';
      if (unit === 'count') throw new InvalidArgumentError(`${name} is counted, not measured in bytes`);
      return Math.ceil(bytes / BYTES[unit]);
    },
    typed: (enforcer) => ({
      enforce: (projectId, given, options) => enforcer.enforce(projectId, deltas(given), options),
      check: (projectId, given, options) => enforcer.check(projectId, deltas(given), options),
    }),
    ensureRegistered: async (session, { serviceId, regionId }): Promise<readonly Name[]> => {
      const query = new URLSearchParams({
        service_id: serviceId,
        ...(regionId === null ? {} : { region_id: regionId }),
      });
      const known = await session.list<{ resource_name: string; region_id: string | null }>(
        `/registered_limits?${query.toString()}`,
        'registered_limits',
      );
      const taken = new Set(
        known.filter(({ region_id: region }) => region === regionId).map((limit) => limit.resource_name),
      );
      const missing = names.filter((name) => !taken.has(name));
      if (missing.length === 0) return [];
      const drafts = missing.map((name) => ({
        service_id: serviceId,
        region_id: regionId,
        resource_name: name,
        default_limit: definitions[name]?.default,
        ...(definitions[name]?.description === undefined
          ? {}
          : { description: definitions[name].description }),
      }));
      await session.request({
        method: 'POST',
        path: '/registered_limits',
        body: { registered_limits: drafts },
      });
      return missing;
    },
  };
};
