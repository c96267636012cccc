import { InvalidArgumentError } from '../errors.ts';

/** A user by id, or by name in a domain. */
export interface UserReference {
  readonly userId?: string;
  readonly username?: string;
  readonly userDomainId?: string;
  readonly userDomainName?: string;
}

/** What a token is to be for; at most one of system, domain, project and trust. */
export interface Scope {
  /** Sees the limits of everybody. */
  readonly systemScope?: 'all';
  readonly domainId?: string;
  readonly domainName?: string;
  readonly projectId?: string;
  readonly projectName?: string;
  readonly projectDomainId?: string;
  readonly projectDomainName?: string;
  readonly trustId?: string;
}

/** A user's password. */
export interface PasswordCredentials extends UserReference, Scope {
  readonly type: 'password';
  readonly authUrl: string;
  readonly password: string;
}

/** An application credential by id, or by name and user; its scope is that of the token it was made with. */
export interface ApplicationCredentials extends UserReference {
  readonly type: 'application_credential';
  readonly authUrl: string;
  readonly applicationCredentialId?: string;
  readonly applicationCredentialName?: string;
  readonly applicationCredentialSecret: string;
}

/** Another token, possibly of another scope. */
export interface TokenCredentials extends Scope {
  readonly type: 'token';
  readonly authUrl: string;
  readonly token: string;
}

/** Who a service is to Keystone. */
export type Credentials = PasswordCredentials | ApplicationCredentials | TokenCredentials;

const domain = (id: string | undefined, name: string | undefined): Record<string, string> | undefined => {
  if (id !== undefined) return { id };
  return name === undefined ? undefined : { name };
};

const userOf = (credentials: UserReference): Record<string, unknown> => {
  if (credentials.userId !== undefined) return { id: credentials.userId };
  if (credentials.username === undefined)
    throw new InvalidArgumentError('credentials need userId or username');
  const userDomain = domain(credentials.userDomainId, credentials.userDomainName);
  if (userDomain === undefined) {
    throw new InvalidArgumentError('a username needs userDomainId or userDomainName');
  }
  return { name: credentials.username, domain: userDomain };
};

const projectOf = (scope: Scope): Record<string, unknown> | undefined => {
  if (scope.projectId !== undefined) return { id: scope.projectId };
  if (scope.projectName === undefined) return undefined;
  const projectDomain = domain(scope.projectDomainId, scope.projectDomainName);
  if (projectDomain === undefined) {
    throw new InvalidArgumentError('a projectName needs projectDomainId or projectDomainName');
  }
  return { name: scope.projectName, domain: projectDomain };
};

const scopeOf = (scope: Scope): Record<string, unknown> | undefined => {
  // A mistaken `system_scope = reader` gives a token without a catalog, and no error.
  if (scope.systemScope !== undefined && (scope.systemScope as string) !== 'all') {
    throw new InvalidArgumentError(`systemScope must be 'all', not '${scope.systemScope}'`);
  }
  const asked: [string, Record<string, unknown>][] = [];
  if (scope.systemScope !== undefined) asked.push(['system', { all: true }]);
  const scopeDomain = domain(scope.domainId, scope.domainName);
  if (scopeDomain !== undefined) asked.push(['domain', scopeDomain]);
  const project = projectOf(scope);
  if (project !== undefined) asked.push(['project', project]);
  if (scope.trustId !== undefined) asked.push(['OS-TRUST:trust', { id: scope.trustId }]);
  if (asked.length > 1) {
    throw new InvalidArgumentError(
      `credentials name ${String(asked.length)} scopes: ${asked.map(([kind]) => kind).join(', ')}; a token has one`,
    );
  }
  return asked.length === 0 ? undefined : Object.fromEntries(asked);
};

const identityOf = (credentials: Credentials): Record<string, unknown> => {
  switch (credentials.type) {
    case 'password':
      return {
        methods: ['password'],
        password: { user: { ...userOf(credentials), password: credentials.password } },
      };
    case 'token':
      return { methods: ['token'], token: { id: credentials.token } };
    case 'application_credential': {
      const { applicationCredentialId: id, applicationCredentialName: name } = credentials;
      const secret = credentials.applicationCredentialSecret;
      if (id !== undefined)
        return { methods: ['application_credential'], application_credential: { id, secret } };
      if (name === undefined)
        throw new InvalidArgumentError('an application credential needs its id or name');
      return {
        methods: ['application_credential'],
        application_credential: { name, secret, user: userOf(credentials) },
      };
    }
  }
};

/**
 * The body of `POST /v3/auth/tokens`.
 * @throws InvalidArgumentError when the credentials are incomplete or contradict themselves
 */
export const tokenRequest = (credentials: Credentials): unknown => {
  const scope = credentials.type === 'application_credential' ? undefined : scopeOf(credentials);
  return { auth: { identity: identityOf(credentials), ...(scope === undefined ? {} : { scope }) } };
};
