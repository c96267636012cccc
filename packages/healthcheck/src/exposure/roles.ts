import type { HealthRequest } from '../endpoint/request.ts';

/**
 * What somebody may do beside learning whether the service is ready: see components (`read`), see messages, routes and
 * the runtime as well (`details`), ask for a run of probes (`trigger`).
 */
export type Role = 'read' | 'details' | 'trigger';

/** Says what somebody may do. An error, or no answer, means nothing. */
export type Authorize = (request: HealthRequest) => Iterable<Role> | Promise<Iterable<Role>>;

/** What of a policy enforcer is used. */
export interface PolicyEnforcerLike<Credentials> {
  /** Whether a rule allows something to whoever has these credentials. */
  enforce(rule: string, target: Record<string, never>, credentials: Credentials): boolean | Promise<boolean>;
}

const ROLES: readonly Role[] = ['read', 'details', 'trigger'];

/** Nobody in particular. */
export const NO_ROLES: ReadonlySet<Role> = new Set();

/**
 * Roles as a policy says: the rules `healthcheck:read`, `healthcheck:details` and `healthcheck:trigger`, which a service
 * registers with its own. A rule that cannot be evaluated grants nothing.
 * @param credentials of a request; undefined when nobody vouches for it. The endpoint stands in front of the service:
 *   take no header on trust that only the service's own middleware would have checked
 * @example
 * authorize: rolesByPolicy(enforcer, (request) => tokens.credentialsOf(request.headers['x-auth-token']))
 */
export const rolesByPolicy =
  <Credentials>(
    enforcer: PolicyEnforcerLike<Credentials>,
    credentials: (request: HealthRequest) => Credentials | undefined | Promise<Credentials | undefined>,
  ): Authorize =>
  async (request) => {
    const who = await credentials(request);
    if (who === undefined) return NO_ROLES;
    const granted = await Promise.all(
      ROLES.map(async (role) => {
        try {
          return (await enforcer.enforce(`healthcheck:${role}`, {}, who)) ? [role] : [];
        } catch {
          return [];
        }
      }),
    );
    return granted.flat();
  };

const known = (roles: Iterable<Role>): ReadonlySet<Role> =>
  new Set([...roles].filter((role) => ROLES.includes(role)));

/** The roles of a request; none where the service fails to say. Answers at once where the service does. */
export const rolesOf = (
  authorize: Authorize,
  request: HealthRequest,
): ReadonlySet<Role> | Promise<ReadonlySet<Role>> => {
  try {
    const roles = authorize(request);
    return roles instanceof Promise ? roles.then(known).catch(() => NO_ROLES) : known(roles);
  } catch {
    return NO_ROLES;
  }
};
