import { createHash } from 'node:crypto';
import type { CacheRegion } from '@oslofjord/cache';
import type { Duration } from '@oslofjord/config';
import { KeystoneError } from '@oslofjord/limit';
import type { KeystoneSession } from '@oslofjord/limit/keystone';
import type { Credentials } from '@oslofjord/policy';

/**
 * Development tokens: who calls when the header `X-Auth-Token` holds one of these words. A deployment asks
 * Keystone instead.
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

/** Says who a token belongs to; null for one that is not known. */
export type TokenValidator = (token: string) => Promise<Credentials | null>;

/** Knows development tokens only. */
export const developmentTokens: TokenValidator = (token) => Promise.resolve(PEOPLE.get(token) ?? null);

/** What of Keystone's answer says who somebody is. */
interface ValidatedToken {
  readonly token: {
    readonly user: { readonly id: string; readonly domain: { readonly id: string } };
    readonly roles?: readonly { readonly name: string }[];
    readonly project?: { readonly id: string; readonly domain: { readonly id: string } };
    readonly domain?: { readonly id: string };
    readonly system?: { readonly all?: boolean };
    readonly expires_at: string;
  };
}

/** Asks Keystone, as a user who may. */
export const keystoneTokens =
  (session: KeystoneSession): TokenValidator =>
  async (subject) => {
    let answer: ValidatedToken;
    try {
      const headers = { 'x-subject-token': subject };
      answer = (await session.request({ path: '/auth/tokens?nocatalog', headers })) as ValidatedToken;
    } catch (error) {
      // Keystone says 404 of a token that it did not give, or that has ended, and 400 or 401 of one that is none.
      if (error instanceof KeystoneError && [400, 401, 404].includes(error.status)) return null;
      throw error;
    }
    const { user, project, domain, system, roles = [], expires_at: expires } = answer.token;
    return {
      user_id: user.id,
      user_domain_id: user.domain.id,
      roles: roles.map(({ name }) => name),
      ...(project === undefined ? {} : { project_id: project.id, project_domain_id: project.domain.id }),
      ...(domain === undefined ? {} : { domain_id: domain.id }),
      ...(system?.all === true ? { system_scope: 'all' } : {}),
      expires_at: expires,
    };
  };

/** How a token is looked up. */
export interface TokenOptions {
  /** @default development tokens */
  readonly validate?: TokenValidator;
  /** How long an answer is believed. @default '1m' */
  readonly lifetime?: Duration;
}

/** How long a token that is not known is refused without asking again. */
const REFUSED_FOR = '5s';

/**
 * What a token is called in a cache that others may see: not by itself, for whoever has it is somebody else.
 */
const keyOf = (token: string): string => `token ${createHash('sha256').update(token).digest('hex')}`;

/** Asks a cache that processes share before it asks further. */
export const sharedTokens =
  (region: CacheRegion, validate: TokenValidator, lifetime: Duration): TokenValidator =>
  (token) =>
    region.getOrCreate(keyOf(token), () => validate(token), {
      expirationTime: lifetime,
      negativeFor: REFUSED_FOR,
    });

/** The credentials behind a token, or undefined for one that is not known. One question per token at a time. */
export const credentialsOf = async (
  region: CacheRegion,
  token: unknown,
  { validate = developmentTokens, lifetime = '1m' }: TokenOptions = {},
): Promise<Credentials | undefined> => {
  if (typeof token !== 'string') return undefined;
  const options = { expirationTime: lifetime, negativeFor: REFUSED_FOR } as const;
  const found = await region.getOrCreate(keyOf(token), () => validate(token), options);
  // A token may end while its answer is still believed.
  const expires = (found as { expires_at?: string } | null)?.expires_at;
  return found === null || (expires !== undefined && Date.parse(expires) <= Date.now()) ? undefined : found;
};
