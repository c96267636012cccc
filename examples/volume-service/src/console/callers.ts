import type { Credentials } from '@oslofjord/policy';

/** Somebody whom the page of the policy tries each rule with. */
export interface Caller {
  readonly name: string;
  readonly credentials: Credentials;
}

/** The kinds of people that services of OpenStack know, on a volume of the project `alpha`. */
export const CALLERS: readonly Caller[] = [
  {
    name: 'admin',
    credentials: { user_id: 'ada', roles: ['admin', 'member', 'reader'], project_id: 'admin' },
  },
  { name: 'member', credentials: { user_id: 'mia', roles: ['member', 'reader'], project_id: 'alpha' } },
  { name: 'reader', credentials: { user_id: 'rea', roles: ['reader'], project_id: 'alpha' } },
  { name: 'auditor', credentials: { user_id: 'aud', roles: ['auditor'], project_id: 'alpha' } },
  {
    name: 'member elsewhere',
    credentials: { user_id: 'ben', roles: ['member', 'reader'], project_id: 'beta' },
  },
  { name: 'system reader', credentials: { user_id: 'sam', roles: ['reader'], system_scope: 'all' } },
];

/** What they ask about. */
export const TARGET = { project_id: 'alpha', user_id: 'mia' } as const;
