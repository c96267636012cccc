import { InvalidArgumentError } from '../errors.ts';
import type { Credentials, Scope, UserReference } from './credentials.ts';

/** Options of an auth plugin by the names keystoneauth gives them (`auth_url`, `user_domain_name`, …). */
export type NamedOptions = Readonly<Record<string, string | undefined>>;

/** keystoneauth's plugin names → our types. */
const TYPES: Readonly<Record<string, Credentials['type']>> = {
  password: 'password',
  v3password: 'password',
  token: 'token',
  v3token: 'token',
  v3applicationcredential: 'application_credential',
};

/** An option that is set to nothing is not set. */
const pick = (named: NamedOptions, name: string): string | undefined => {
  const value = named[name];
  return value === undefined || value === '' ? undefined : value;
};

/** Leaves out what is not set. */
const defined = <T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

const userOf = (named: NamedOptions): UserReference =>
  defined<UserReference>({
    userId: pick(named, 'user_id'),
    username: pick(named, 'username') ?? pick(named, 'user_name'),
    userDomainId: pick(named, 'user_domain_id') ?? pick(named, 'default_domain_id'),
    userDomainName: pick(named, 'user_domain_name') ?? pick(named, 'default_domain_name'),
  });

const scopeOf = (named: NamedOptions): Scope =>
  defined<Scope>({
    systemScope: pick(named, 'system_scope') as 'all' | undefined,
    domainId: pick(named, 'domain_id'),
    domainName: pick(named, 'domain_name'),
    projectId: pick(named, 'project_id') ?? pick(named, 'tenant_id'),
    projectName: pick(named, 'project_name') ?? pick(named, 'tenant_name'),
    projectDomainId: pick(named, 'project_domain_id') ?? pick(named, 'default_domain_id'),
    projectDomainName: pick(named, 'project_domain_name') ?? pick(named, 'default_domain_name'),
    trustId: pick(named, 'trust_id'),
  });

const guessType = (named: NamedOptions): string => {
  if (pick(named, 'application_credential_secret') !== undefined) return 'v3applicationcredential';
  return pick(named, 'token') === undefined ? 'password' : 'token';
};

/**
 * Credentials by keystoneauth's names, as in `[oslo_limit]`, `clouds.yaml` and, with `OS_`, the environment.
 * @throws InvalidArgumentError naming every option that is missing
 */
export const credentialsFrom = (named: NamedOptions, origin: string): Credentials => {
  const plugin = pick(named, 'auth_type') ?? guessType(named);
  const type = TYPES[plugin];
  if (type === undefined) {
    throw new InvalidArgumentError(
      `${origin}: auth_type ${plugin} is not supported; use one of ${Object.keys(TYPES).join(', ')}`,
    );
  }
  const missing: string[] = [];
  const need = (name: string): string => {
    const value = pick(named, name);
    if (value === undefined) missing.push(name);
    return value ?? '';
  };
  const authUrl = need('auth_url');
  let credentials: Credentials;
  if (type === 'password') {
    credentials = { type, authUrl, password: need('password'), ...userOf(named), ...scopeOf(named) };
  } else if (type === 'token') {
    credentials = { type, authUrl, token: need('token'), ...scopeOf(named) };
  } else {
    const applicationCredentialId = pick(named, 'application_credential_id');
    const applicationCredentialName = pick(named, 'application_credential_name');
    if (applicationCredentialId === undefined && applicationCredentialName === undefined)
      need('application_credential_id');
    credentials = {
      type,
      authUrl,
      applicationCredentialSecret: need('application_credential_secret'),
      ...defined<{ applicationCredentialId?: string; applicationCredentialName?: string }>({
        applicationCredentialId,
        applicationCredentialName,
      }),
      ...userOf(named),
    };
  }
  if (missing.length > 0) throw new InvalidArgumentError(`${origin}: ${missing.join(', ')} must be set`);
  return credentials;
};

/** The variables that OpenStack's clients read: `OS_AUTH_URL`, `OS_USERNAME`, `OS_SYSTEM_SCOPE`, … */
export const credentialsFromEnvironment = (environment: NamedOptions): Credentials => {
  const named = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith('OS_') && value !== undefined ? [[name.slice(3).toLowerCase(), value] as const] : [],
  );
  return credentialsFrom(Object.fromEntries(named), 'the environment (OS_…)');
};
