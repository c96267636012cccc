import { newId, Refused, type Entity, type Store } from './store.ts';

/** A token that was issued. */
export interface IssuedToken {
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly roles: ReadonlySet<string>;
  readonly system: boolean;
  readonly projectId: string | undefined;
  readonly domainId: string | undefined;
}

interface Identity {
  readonly methods?: readonly string[];
  readonly password?: { readonly user?: Reference & { readonly password?: string } };
  readonly token?: { readonly id?: string };
  readonly application_credential?: {
    readonly id?: string;
    readonly name?: string;
    readonly secret?: string;
    readonly user?: Reference;
  };
}

interface Reference {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: { readonly id?: string; readonly name?: string };
}

interface Scope {
  readonly system?: { readonly all?: boolean };
  readonly domain?: Reference;
  readonly project?: Reference;
  readonly 'OS-TRUST:trust'?: { readonly id?: string };
}

const UNAUTHORIZED = 'The request you have made requires authentication.';

const unauthorized = (message: string = UNAUTHORIZED): Refused => new Refused(401, message);

/** Issues and knows tokens. */
export class Tokens {
  readonly #store: Store;
  readonly #issued = new Map<string, IssuedToken>();
  /** Seconds. */
  lifetime: number;

  constructor(store: Store, lifetime: number) {
    this.#store = store;
    this.lifetime = lifetime;
  }

  /** The token of a request. @throws Refused 401 */
  require(id: string | undefined): IssuedToken {
    const token = this.#issued.get(id ?? '');
    if (token === undefined || token.expiresAt <= Date.now()) throw unauthorized();
    return token;
  }

  revoke(id: string): void {
    this.#issued.delete(id);
  }

  revokeAll(): void {
    this.#issued.clear();
  }

  /** Answers `POST /v3/auth/tokens`. @throws Refused */
  issue(request: unknown, hasCatalog: boolean): IssuedToken {
    const { identity = {}, scope } =
      (request as { auth?: { identity?: Identity; scope?: Scope } }).auth ?? {};
    const [method] = identity.methods ?? [];
    if (method === 'application_credential') return this.#byCredential(identity, scope, hasCatalog);
    const base = method === 'token' ? this.#issued.get(identity.token?.id ?? '') : undefined;
    if (method === 'token' && base === undefined) throw unauthorized();
    if (base?.system === true && scope?.project !== undefined) {
      throw new Refused(
        403,
        'Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.',
      );
    }
    const user = base === undefined ? this.#byPassword(identity) : this.#store.users.get(base.userId);
    if (user === undefined) throw unauthorized();
    return this.#make(user, method ?? 'password', this.#resolveScope(user, scope), hasCatalog);
  }

  #byPassword({ password }: Identity): Entity | undefined {
    const user = this.#user(password?.user ?? {});
    return user !== undefined && this.#store.passwords.get(user.id) === password?.user?.password
      ? user
      : undefined;
  }

  #byCredential(identity: Identity, scope: Scope | undefined, hasCatalog: boolean): IssuedToken {
    const asked = identity.application_credential ?? {};
    const owner = asked.user === undefined ? undefined : this.#user(asked.user);
    const credential = [...this.#store.credentials.values()].find((known) =>
      asked.id === undefined
        ? known.name === asked.name && known.user_id === owner?.id
        : known.id === asked.id,
    );
    const user = this.#store.users.get(String(credential?.user_id));
    if (
      credential === undefined ||
      user === undefined ||
      this.#store.secrets.get(credential.id) !== asked.secret
    )
      throw unauthorized();
    if (scope !== undefined)
      throw unauthorized(
        'Error authenticating with application credential: Application credentials cannot request a scope.',
      );
    const projectId = credential.project_id as string | null;
    const on = projectId ?? 'system';
    return this.#make(
      user,
      'application_credential',
      { on, ...(projectId === null ? {} : { projectId }) },
      hasCatalog,
    );
  }

  #user({ id, name, domain }: Reference): Entity | undefined {
    if (id !== undefined) return this.#store.users.get(id);
    const domainId = this.#domain(domain ?? {})?.id;
    return [...this.#store.users.values()].find((user) => user.name === name && user.domain_id === domainId);
  }

  #domain({ id, name }: { readonly id?: string; readonly name?: string }): Entity | undefined {
    return [...this.#store.projects.values()].find(
      (project) =>
        project.is_domain === true && (id === undefined ? project.name === name : project.id === id),
    );
  }

  #project({ id, name, domain }: Reference): Entity | undefined {
    if (id !== undefined) return this.#store.projects.get(id);
    const domainId = this.#domain(domain ?? {})?.id;
    return [...this.#store.projects.values()].find(
      (project) => project.name === name && project.domain_id === domainId,
    );
  }

  #resolveScope(user: Entity, scope: Scope | undefined): ResolvedScope | undefined {
    if (scope === undefined) return undefined;
    if (scope.system !== undefined) return { on: 'system' };
    const trust = this.#store.trusts.get(scope['OS-TRUST:trust']?.id ?? '');
    if (trust?.trustee_user_id === user.id) {
      const projectId = trust.project_id as string;
      return { on: projectId, projectId, trust };
    }
    const domain = scope.domain === undefined ? undefined : this.#domain(scope.domain);
    if (domain !== undefined) return { on: domain.id, domainId: domain.id };
    const project = scope.project === undefined ? undefined : this.#project(scope.project);
    if (project === undefined) throw unauthorized();
    return { on: project.id, projectId: project.id };
  }

  #make(user: Entity, method: string, scope: ResolvedScope | undefined, hasCatalog: boolean): IssuedToken {
    const roles = scope === undefined ? [] : this.#store.rolesOf(user.id, scope.on);
    if (scope !== undefined && roles.length === 0) throw unauthorized();
    const expiresAt = Date.now() + this.lifetime * 1000;
    const named = (id: string): unknown => ({ id, name: this.#store.projects.get(id)?.name });
    const inDomain = (id: string): unknown => ({
      ...(named(id) as object),
      domain: named(String(this.#store.projects.get(id)?.domain_id)),
    });
    const body = {
      methods: [method],
      user: {
        id: user.id,
        name: user.name,
        domain: named(String(user.domain_id)),
        password_expires_at: null,
      },
      audit_ids: [newId()],
      expires_at: micro(expiresAt),
      issued_at: micro(Date.now()),
      ...(scope === undefined ? {} : { roles: roles.map(({ id, name }) => ({ id, name })) }),
      ...(scope?.on === 'system' ? { system: { all: true } } : {}),
      ...(scope?.projectId === undefined ? {} : { project: inDomain(scope.projectId), is_domain: false }),
      ...(scope?.domainId === undefined ? {} : { domain: named(scope.domainId) }),
      ...(scope?.trust === undefined
        ? {}
        : { 'OS-TRUST:trust': { id: scope.trust.id, impersonation: false } }),
      ...(scope === undefined || !hasCatalog ? {} : { catalog: this.#catalog() }),
    };
    const token: IssuedToken = {
      id: `fake-${newId()}`,
      userId: user.id,
      expiresAt,
      body,
      roles: new Set(roles.map(({ name }) => String(name))),
      system: scope?.on === 'system',
      projectId: scope?.projectId,
      domainId: scope?.domainId,
    };
    this.#issued.set(token.id, token);
    return token;
  }

  #catalog(): unknown {
    const endpoints = [...this.#store.endpoints.values()];
    return [...this.#store.services.values()].map(({ id, type, name }) => ({
      id,
      type,
      name,
      endpoints: endpoints
        .filter((endpoint) => endpoint.service_id === id)
        .map(({ id: endpointId, interface: kind, region_id: region, url }) => ({
          id: endpointId,
          interface: kind,
          region_id: region,
          region,
          url,
        })),
    }));
  }
}

interface ResolvedScope {
  /** What the user needs a role on. */
  readonly on: string;
  readonly projectId?: string;
  readonly domainId?: string;
  readonly trust?: Entity;
}

/** A time as Keystone writes it, with microseconds. */
const micro = (time: number): string => new Date(time).toISOString().replace(/\.(\d{3})Z$/u, '.$1000Z');
