import { InvalidArgumentError, KeystoneError } from './errors.ts';
import {
  sessionOf,
  type KeystoneAddress,
  type KeystoneSession,
  type SessionOptions,
} from './keystone/session.ts';
import type { UsageCallback } from './usage.ts';

/** How usage is read from Placement. */
export interface PlacementOptions {
  /** The session that Keystone's limits are read with will do; a reader of the system may read usages. */
  readonly session: KeystoneSession | SessionOptions;
  /** Where Placement is. @default the public endpoint of type placement in the catalog */
  readonly placement?: KeystoneAddress;
  /** Resource names that are classes of Placement, and which. @default `class:NAME` is the class NAME */
  readonly classOf?: (resourceName: string) => string | undefined;
}

/** The first version that counts per project, and the last that does not group by consumers. */
const MICROVERSION = 'placement 1.9';

const PREFIX = 'class:';

const defaultClassOf = (name: string): string | undefined =>
  name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;

/**
 * A usage callback that asks Placement: one request per project, whatever the number of resources. What a project uses
 * none of is 0.
 * @throws InvalidArgumentError for a resource that is no class of Placement; KeystoneError when Placement does not answer
 * @example
 * const enforcer = await createEnforcer({ limits, usage: placementUsage({ session }) });
 * await enforcer.enforce(projectId, { 'class:VCPU': 4, 'class:MEMORY_MB': 8192 });
 */
export const placementUsage = (options: PlacementOptions): UsageCallback => {
  const session = sessionOf(options.session);
  const classOf = options.classOf ?? defaultClassOf;
  return async (projectId, names, { signal }) => {
    if (projectId === null) return Object.fromEntries(names.map((name) => [name, 0]));
    const classes = names.map((name) => {
      const found = classOf(name);
      if (found === undefined) throw new InvalidArgumentError(`'${name}' is no resource class of Placement`);
      return [name, found] as const;
    });
    const base = await session.endpoint('placement', options.placement ?? {});
    const path = `/usages?${new URLSearchParams({ project_id: projectId }).toString()}`;
    const answered = (await session.requestTo(base, {
      path,
      headers: { 'openstack-api-version': MICROVERSION },
      ...(signal === undefined ? {} : { signal }),
    })) as { readonly usages?: Readonly<Record<string, number>> };
    if (answered.usages === undefined) {
      throw new KeystoneError('Placement answered without usages', {
        method: 'GET',
        url: base + path,
        status: 200,
      });
    }
    const { usages } = answered;
    return Object.fromEntries(classes.map(([name, found]) => [name, usages[found] ?? 0]));
  };
};
