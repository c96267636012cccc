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

/** The credentials behind a token, or undefined for one that is not known. */
export const credentialsOf = (token: unknown): Credentials | undefined =>
  typeof token === 'string' ? PEOPLE.get(token) : undefined;
