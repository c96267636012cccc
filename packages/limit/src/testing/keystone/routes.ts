import {
  normalLimit,
  refusalOfLimitChange,
  refusalOfLimits,
  refusalOfRegistered,
  refusalOfRegisteredChange,
  refusalOfRegisteredDelete,
  type LimitDraft,
  type Refusal,
  type RegisteredLimitDraft,
} from '../../manage/keystone-rules.ts';
import { newId, Refused, type Entity, type Store } from './store.ts';
import type { IssuedToken, Tokens } from './tokens.ts';

/** A request to the fake, parsed. */
export interface FakeRequest {
  readonly method: string;
  /** Path below `/v3`, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** What was sent as JSON; throws Refused 400 when it is none. */
  readonly body: () => Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Address of the fake, with `/v3`. */
  readonly base: string;
}

/** An answer of the fake. */
export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const DEEPEST = 2;

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  flat: 'Limit enforcement and validation does not take project hierarchy into consideration.',
  strict_two_level: 'This model requires project hierarchy never exceeds a depth of two',
};

const orRefuse = (refusal: Refusal | undefined): void => {
  if (refusal !== undefined) throw new Refused(refusal.status, refusal.message);
};

const notAllowed = (action: string): Refused =>
  new Refused(403, `You are not authorized to perform the requested action: ${action}.`);

/** What only an administrator of the system may do. */
const requireAdmin = (token: IssuedToken, action: string): void => {
  if (!(token.system && token.roles.has('admin'))) throw notAllowed(action);
};

/** Collections that are objects and nothing more. */
const COLLECTIONS = {
  regions: {
    kind: 'region',
    map: (store: Store): Map<string, Entity> => store.regions,
    filters: ['parent_region_id'],
  },
  services: {
    kind: 'service',
    map: (store: Store): Map<string, Entity> => store.services,
    filters: ['type', 'name'],
  },
  endpoints: {
    kind: 'endpoint',
    map: (store: Store): Map<string, Entity> => store.endpoints,
    filters: ['service_id', 'region_id', 'interface'],
  },
  projects: {
    kind: 'project',
    map: (store: Store): Map<string, Entity> => store.projects,
    filters: ['parent_id', 'domain_id', 'name'],
  },
  users: {
    kind: 'user',
    map: (store: Store): Map<string, Entity> => store.users,
    filters: ['name', 'domain_id'],
  },
  roles: { kind: 'role', map: (store: Store): Map<string, Entity> => store.roles, filters: ['name'] },
  registered_limits: {
    kind: 'registered_limit',
    map: (store: Store): Map<string, Entity> => store.registeredLimits,
    filters: ['service_id', 'region_id', 'resource_name'],
  },
  limits: {
    kind: 'limit',
    map: (store: Store): Map<string, Entity> => store.limits,
    filters: ['service_id', 'region_id', 'resource_name', 'project_id', 'domain_id'],
  },
} as const;

type CollectionName = keyof typeof COLLECTIONS;

const isCollection = (name: string | undefined): name is CollectionName =>
  name !== undefined && Object.hasOwn(COLLECTIONS, name);

/** Defaults of each kind of object. */
const COMPLETE: Readonly<Record<string, (body: Entity) => Record<string, unknown>>> = {
  region: () => ({ description: '', parent_region_id: null }),
  service: () => ({ enabled: true }),
  endpoint: (body) => ({ enabled: true, region: body.region_id }),
  project: () => ({ description: '', enabled: true, is_domain: false, tags: [], options: {} }),
  user: () => ({ domain_id: 'default', enabled: true, password_expires_at: null, options: {} }),
  role: () => ({ domain_id: null, description: null, options: {} }),
};

/** The part of Keystone's API that unified limits need, on a store. */
export class Routes {
  readonly #store: Store;
  readonly #tokens: Tokens;

  constructor(store: Store, tokens: Tokens) {
    this.#store = store;
    this.#tokens = tokens;
  }

  /** @throws Refused */
  answer(request: FakeRequest): FakeAnswer {
    const { method, path } = request;
    if (method === 'POST' && path === '/auth/tokens') return this.#issue(request);
    const token = this.#tokens.require(request.headers['x-auth-token']);
    const [collection, id, ...rest] = path.split('/').slice(1).map(decodeURIComponent);
    if (path.startsWith('/auth/')) return this.#auth(request, token);
    if (path === '/limits/model') {
      const { model } = this.#store;
      return { status: 200, body: { model: { name: model, description: DESCRIPTIONS[model] ?? '' } } };
    }
    if (path === '/domains') return this.#createDomain(request, token);
    if (path === '/OS-TRUST/trusts') return this.#createTrust(request, token);
    if (method === 'PUT') return this.#grant(path, token);
    if (collection === 'users' && rest[0] === 'application_credentials')
      return this.#createCredential(request, token, id ?? '');
    if (!isCollection(collection) || rest.length > 0)
      throw new Refused(404, 'The resource could not be found.');
    if (id === undefined || id === '') {
      return method === 'POST'
        ? this.#create(collection, request, token)
        : this.#list(collection, request, token);
    }
    if (method === 'PATCH') return this.#change(collection, id, request, token);
    return method === 'DELETE'
      ? this.#remove(collection, id, token)
      : this.#show(collection, id, request, token);
  }

  #issue({ body, query }: FakeRequest): FakeAnswer {
    const token = this.#tokens.issue(body(), !query.has('nocatalog'));
    return { status: 201, body: { token: token.body }, headers: { 'x-subject-token': token.id } };
  }

  #auth({ method, path, headers }: FakeRequest, token: IssuedToken): FakeAnswer {
    const subject = headers['x-subject-token'];
    if (path === '/auth/tokens' && method === 'GET' && subject === undefined)
      throw new Refused(404, 'No token in the request');
    if (path === '/auth/tokens' && method === 'GET')
      return { status: 200, body: { token: this.#tokens.require(subject).body } };
    if (path === '/auth/tokens' && method === 'DELETE') {
      if (subject === undefined) throw notAllowed('identity:revoke_token');
      this.#tokens.revoke(subject);
      return { status: 204 };
    }
    if (path !== '/auth/catalog') throw new Refused(404, 'The resource could not be found.');
    if (token.projectId === undefined && token.domainId === undefined)
      throw new Refused(403, 'You are not authorized to perform the requested action.');
    return { status: 200, body: { catalog: token.body.catalog } };
  }

  #create(collection: CollectionName, request: FakeRequest, token: IssuedToken): FakeAnswer {
    const { kind } = COLLECTIONS[collection];
    const isLimits = collection === 'limits' || collection === 'registered_limits';
    requireAdmin(token, `identity:create_${isLimits ? collection : kind}`);
    if (isLimits) return this.#createLimits(collection, request);
    const given = request.body()[kind] as Entity;
    if (collection === 'endpoints' && given.region_id === null)
      throw new Refused(400, "Invalid input for field 'region_id': None is not of type 'string'");
    if (collection === 'projects')
      return { status: 201, body: { project: this.#createProject(given, request.base) } };
    const { password, ...rest } = given as Entity & { password?: string };
    const entity: Entity = {
      ...COMPLETE[kind]?.(given),
      ...rest,
      id: typeof rest.id === 'string' ? rest.id : newId(),
    };
    COLLECTIONS[collection].map(this.#store).set(entity.id, entity);
    if (password !== undefined) this.#store.passwords.set(entity.id, password);
    return { status: 201, body: { [kind]: this.#shown(collection, entity, request.base) } };
  }

  #createLimits(collection: 'limits' | 'registered_limits', { body, base }: FakeRequest): FakeAnswer {
    const entries = body()[collection];
    const { state } = this.#store;
    orRefuse(collection === 'limits' ? refusalOfLimits(entries, state) : refusalOfRegistered(entries, state));
    const made = (entries as readonly (LimitDraft & RegisteredLimitDraft)[]).map((draft) => {
      const stored = collection === 'limits' ? normalLimit(draft, state) : draft;
      const entity: Entity = {
        id: newId(),
        description: null,
        ...stored,
        region_id: draft.region_id ?? null,
      };
      COLLECTIONS[collection].map(this.#store).set(entity.id, entity);
      return this.#shown(collection, entity, base);
    });
    return {
      status: 201,
      body: { [collection]: made },
    };
  }

  #createProject(given: Entity, base: string): Entity {
    const parentId =
      (given.parent_id as string | undefined) ?? (given.domain_id as string | undefined) ?? 'default';
    const above = [parentId, ...this.#store.ancestors(parentId)];
    // Keystone counts the levels below the domain and lets one too many pass.
    if (this.#store.model === 'strict_two_level' && above.length > DEEPEST)
      throw new Refused(403, 'Max hierarchy depth reached.');
    const domainId =
      this.#store.node(parentId)?.isDomain === true
        ? parentId
        : String(this.#store.projects.get(parentId)?.domain_id);
    const entity: Entity = {
      ...COMPLETE.project?.(given),
      ...given,
      id: newId(),
      domain_id: domainId,
      parent_id: parentId,
    };
    this.#store.projects.set(entity.id, entity);
    return this.#shown('projects', entity, base);
  }

  #createDomain({ body, base, method }: FakeRequest, token: IssuedToken): FakeAnswer {
    if (method !== 'POST') throw new Refused(404, 'The resource could not be found.');
    requireAdmin(token, 'identity:create_domain');
    const given = body().domain as Entity;
    const common = { name: given.name, description: '', enabled: true, tags: [], options: {} };
    const entity: Entity = { ...common, id: newId(), domain_id: null, parent_id: null, is_domain: true };
    this.#store.projects.set(entity.id, entity);
    const links = { self: `${base}/domains/${entity.id}` };
    return { status: 201, body: { domain: { id: entity.id, ...common, links } } };
  }

  #createCredential({ body, base }: FakeRequest, token: IssuedToken, userId: string): FakeAnswer {
    if (token.userId !== userId) throw notAllowed('identity:create_application_credential');
    const { secret, ...given } = body().application_credential as Entity & { secret: string };
    const entity: Entity = {
      description: null,
      system: null,
      expires_at: null,
      unrestricted: null,
      ...given,
      id: newId(),
      user_id: userId,
      project_id: token.projectId ?? null,
      roles: token.body.roles,
    };
    this.#store.credentials.set(entity.id, entity);
    this.#store.secrets.set(entity.id, secret);
    return {
      status: 201,
      body: {
        application_credential: {
          ...entity,
          secret,
          links: { self: `${base}/users/${userId}/application_credentials/${entity.id}` },
        },
      },
    };
  }

  #createTrust({ body, base }: FakeRequest, token: IssuedToken): FakeAnswer {
    const given = body().trust as Entity;
    if (given.trustor_user_id !== token.userId) throw notAllowed('identity:create_trust');
    const entity: Entity = { ...given, id: newId(), deleted_at: null, remaining_uses: null, roles_links: {} };
    this.#store.trusts.set(entity.id, entity);
    return {
      status: 201,
      body: { trust: { ...entity, links: { self: `${base}/OS-TRUST/trusts/${entity.id}` } } },
    };
  }

  #grant(path: string, token: IssuedToken): FakeAnswer {
    const found = /^\/(?:(system)|(?:projects|domains)\/([^/]+))\/users\/([^/]+)\/roles\/([^/]+)$/u.exec(
      path,
    );
    if (found === null) throw new Refused(404, 'The resource could not be found.');
    requireAdmin(token, 'identity:create_grant');
    const [, system, on = '', userId = '', roleId = ''] = found;
    this.#store.grants.push({ on: system ?? on, userId, roleId });
    return { status: 204 };
  }

  #list(collection: CollectionName, { query, base, path }: FakeRequest, token: IssuedToken): FakeAnswer {
    const { map, filters } = COLLECTIONS[collection];
    const matches = (entity: Entity): boolean =>
      [...query].every(([name, value]) => {
        const [field = '', comparison] = name.split('__');
        if (!(filters as readonly string[]).includes(field)) return true;
        const own = entity[field];
        return comparison === 'contains' ? String(own).includes(value) : own === value;
      });
    const isOfKind = (entity: Entity): boolean =>
      collection !== 'projects' || (entity.is_domain === true) === (query.get('is_domain') === 'true');
    const visible = [...map(this.#store).values()].filter(
      (entity) => matches(entity) && isOfKind(entity) && this.#isVisible(collection, entity, token),
    );
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const links = { next: null, self: `${base}${path}${search}`, previous: null };
    return {
      status: 200,
      body: { [collection]: visible.map((entity) => this.#shown(collection, entity, base)), links },
    };
  }

  /** Keystone filters limits to the token's project or domain, and says nothing of it. */
  #isVisible(collection: CollectionName, entity: Entity, token: IssuedToken): boolean {
    if (collection !== 'limits' || token.system) return true;
    if (token.projectId !== undefined) return entity.project_id === token.projectId;
    const projectDomain = this.#store.projects.get(String(entity.project_id))?.domain_id;
    return (
      token.domainId !== undefined &&
      (entity.domain_id === token.domainId || projectDomain === token.domainId)
    );
  }

  #show(
    collection: CollectionName,
    id: string,
    { query, base }: FakeRequest,
    token: IssuedToken,
  ): FakeAnswer {
    const { kind } = COLLECTIONS[collection];
    const entity = this.#find(collection, id);
    if (!this.#isVisible(collection, entity, token) && collection === 'limits')
      throw notAllowed('identity:get_limit');
    const shown = this.#shown(collection, entity, base);
    if (collection === 'projects' && query.has('parents_as_ids')) shown.parents = this.#parents(id);
    if (collection === 'projects' && query.has('subtree_as_ids')) shown.subtree = this.#subtree(id);
    return { status: 200, body: { [kind]: shown } };
  }

  #parents(id: string): unknown {
    return this.#store
      .ancestors(id)
      .toReversed()
      .reduce<unknown>((below, ancestor) => ({ [ancestor]: below }), null);
  }

  #subtree(id: string): unknown {
    const children = this.#store.children(id);
    return children.length === 0
      ? null
      : Object.fromEntries(children.map((child) => [child, this.#subtree(child)]));
  }

  #change(
    collection: CollectionName,
    id: string,
    { body, base }: FakeRequest,
    token: IssuedToken,
  ): FakeAnswer {
    const { kind } = COLLECTIONS[collection];
    requireAdmin(token, `identity:update_${kind}`);
    const entity = this.#find(collection, id);
    const change = body()[kind] as Readonly<Record<string, unknown>>;
    const { state } = this.#store;
    if (collection === 'limits')
      orRefuse(refusalOfLimitChange(entity as unknown as LimitDraft, change, state));
    if (collection === 'registered_limits')
      orRefuse(refusalOfRegisteredChange(entity as unknown as RegisteredLimitDraft, change, state));
    // A description that is null is not taken away: Keystone takes it for one that was not given.
    Object.assign(entity, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null)));
    return { status: 200, body: { [kind]: this.#shown(collection, entity, base) } };
  }

  #remove(collection: CollectionName, id: string, token: IssuedToken): FakeAnswer {
    const { kind, map } = COLLECTIONS[collection];
    requireAdmin(token, `identity:delete_${kind}`);
    const entity = this.#find(collection, id);
    if (collection === 'registered_limits')
      orRefuse(refusalOfRegisteredDelete(entity as unknown as RegisteredLimitDraft, this.#store.state));
    map(this.#store).delete(id);
    for (const [limitId, limit] of this.#store.limits)
      if (limit.project_id === id) this.#store.limits.delete(limitId);
    for (const limits of [this.#store.limits, this.#store.registeredLimits]) {
      for (const [limitId, limit] of limits)
        if (collection === 'services' && limit.service_id === id) limits.delete(limitId);
    }
    return { status: 204 };
  }

  #find(collection: CollectionName, id: string): Entity {
    const { kind, map } = COLLECTIONS[collection];
    const entity = map(this.#store).get(id);
    if (entity === undefined) throw new Refused(404, `Could not find ${kind.replace('_', ' ')} for ${id}.`);
    return entity;
  }

  #shown(collection: CollectionName, entity: Entity, base: string): Entity {
    return { ...entity, links: { self: `${base}/${collection}/${entity.id}` } };
  }
}
