import type { CacheRegion } from '@oslofjord/cache';
import type { Credentials } from '@oslofjord/policy';

/**
 * Development tokens: who calls when the header `X-Auth-Token` holds one of these words. A deployment asks Keystone
 * instead.
 */
const PEOPLE: ReadonlyMap<string, Credentials> = new Map(
  Object.entries({
    'admin-of-cloud': { user_id: 'ada', roles: ['admin', 'member', 'reader'], project_id: 'admin' },
    'member-of-alpha': { user_id: 'mia', roles: ['member', 'reader'], project_id: 'alpha' },
    'reader-of-alpha': { user_id: 'rea', roles: ['reader'], project_id: 'alpha' },
    'member-of-beta': { user_id: 'ben', roles: ['member', 'reader'], project_id: 'beta' },
    'reader-of-beta': { user_id: 'rob', roles: ['reader'], project_id: 'beta' },
    'reader-of-system': { user_id: 'sam', roles: ['reader'], system_scope: 'all' },
    'auditor-of-alpha': { user_id: 'aud', roles: ['auditor'], project_id: 'alpha' },
  }),
);

/** Asks who a token belongs to; a deployment asks Keystone here. */
const validated = (token: string): Promise<Credentials | null> => Promise.resolve(PEOPLE.get(token) ?? null);

/** How long a token is believed, and one that is not known refused, without asking again. */
const LIFETIME = { expirationTime: '1m', negativeFor: '5s' } as const;

/** The credentials behind a token, or undefined for one that is not known. One question per token at a time. */
export const credentialsOf = async (
  region: CacheRegion,
  token: unknown,
): Promise<Credentials | undefined> => {
  if (typeof token !== 'string') return undefined;
  return (await region.getOrCreate(`token ${token}`, () => validated(token), LIFETIME)) ?? undefined;
};
