import { HierarchyError, ScopeError } from '../errors.ts';
import type { LimitProvider, Limits, LimitsByNode, ProjectTree, ProviderCall } from '../provider.ts';
import { sessionOf, type KeystoneSession, type SessionOptions } from './session.ts';
import { resolveTarget, type LimitTarget, type ResolvedTarget } from './target.ts';
import { scopeName, type TokenBody } from './token.ts';

/**
 * Which tokens are trusted to see every limit. Keystone filters `/limits` to the token's own project or domain, without
 * an error, so that overrides would silently not count.
 * `'system'`: only tokens for the system. `'admin-role'`: also such with the role admin or service, which Keystone lets
 * see everything since 2026.1. `'any'`: all; overrides may be missing.
 */
export type TrustedScope = 'system' | 'admin-role' | 'any';

/** What limits from Keystone are made of. */
export interface KeystoneLimitsOptions {
  /** Whose limits. */
  readonly target: LimitTarget;
  /** @default 'system' */
  readonly trustedScope?: TrustedScope;
  /** Whether limits registered without a region count where the region has none of its own. @default false */
  readonly globalFallback?: boolean;
}

/** A registered limit as Keystone has it. */
export interface KeystoneRegisteredLimit {
  readonly id: string;
  readonly service_id: string;
  readonly region_id: string | null;
  readonly resource_name: string;
  readonly default_limit: number;
  readonly description?: string | null;
}

/** A limit of a project or domain as Keystone has it. */
export interface KeystoneLimit {
  readonly id: string;
  readonly service_id: string;
  readonly region_id: string | null;
  readonly resource_name: string;
  readonly resource_limit: number;
  readonly project_id: string | null;
  readonly domain_id: string | null;
  readonly description?: string | null;
}

interface Project {
  readonly id: string;
  readonly is_domain: boolean;
  readonly domain_id: string | null;
  readonly parent_id: string | null;
  readonly subtree?: Subtree | null;
}

/** Child → its own children, or null. */
interface Subtree {
  readonly [id: string]: Subtree | null;
}

const ALL_SEEING = new Set(['admin', 'service']);

const requireTrusted = (token: TokenBody, trusted: TrustedScope): void => {
  if (trusted === 'any' || token.system !== undefined) return;
  if (trusted === 'admin-role' && token.roles?.some(({ name }) => ALL_SEEING.has(name)) === true) return;
  throw new ScopeError(
    `the token is for ${scopeName(token)}, so Keystone would hide the limits of all other projects and their defaults would be enforced instead; use system_scope = all (systemScope: 'all') with the role reader${trusted === 'system' ? ", or trustedScope: 'admin-role' with a Keystone of 2026.1 or later" : ' or a role admin or service'}`,
  );
};

const parentsIn = (
  subtree: Subtree | null | undefined,
  parent: string,
  parents: Map<string, string>,
): void => {
  for (const [child, below] of Object.entries(subtree ?? {})) {
    parents.set(child, parent);
    parentsIn(below, child, parents);
  }
};

class KeystoneLimits implements LimitProvider {
  readonly name = 'keystone';
  readonly #session: KeystoneSession;
  readonly #options: KeystoneLimitsOptions;
  readonly #target: ResolvedTarget;

  constructor(session: KeystoneSession, options: KeystoneLimitsOptions, target: ResolvedTarget) {
    this.#session = session;
    this.#options = options;
    this.#target = target;
  }

  async enforcementModel({ signal }: ProviderCall = {}): Promise<string> {
    const path = '/limits/model';
    const answered = await this.#session.request({ path, ...(signal === undefined ? {} : { signal }) });
    return (answered as { model: { name: string } }).model.name;
  }

  async registeredLimits({ signal }: ProviderCall = {}): Promise<Limits> {
    const { regionId } = this.#target;
    const path = `/registered_limits?${this.#query().toString()}`;
    const found = await this.#session.list<KeystoneRegisteredLimit>(path, 'registered_limits', signal);
    const limits = new Map<string, number>();
    for (const { resource_name: name, default_limit: limit, region_id: region } of found) {
      if (region === regionId) limits.set(name, limit);
      else if (region === null && this.#options.globalFallback === true && !limits.has(name))
        limits.set(name, limit);
    }
    return limits;
  }

  async projectLimits(nodeId: string, { signal }: ProviderCall = {}): Promise<Limits> {
    const found = await this.#limits(new URLSearchParams({ project_id: nodeId }), signal);
    // The filter is taken at its word by real Keystones; an answer about others must never count.
    return new Map(
      found
        .filter((limit) => limit.project_id === nodeId)
        .map((limit) => [limit.resource_name, limit.resource_limit]),
    );
  }

  async allLimits({ signal }: ProviderCall = {}): Promise<LimitsByNode> {
    const all = new Map<string, Map<string, number>>();
    for (const limit of await this.#limits(new URLSearchParams(), signal)) {
      const nodeId = limit.project_id ?? limit.domain_id;
      if (nodeId === null) continue;
      const own = all.get(nodeId) ?? new Map<string, number>();
      own.set(limit.resource_name, limit.resource_limit);
      all.set(nodeId, own);
    }
    return all;
  }

  async projectTree(projectId: string, { signal }: ProviderCall = {}): Promise<ProjectTree> {
    const read = async (id: string, query = ''): Promise<Project> => {
      const path = `/projects/${encodeURIComponent(id)}${query}`;
      const answered = await this.#session.request({ path, ...(signal === undefined ? {} : { signal }) });
      return (answered as { project: Project }).project;
    };
    const project = await read(projectId);
    const rootId = project.is_domain ? project.id : project.domain_id;
    if (rootId === null) throw new HierarchyError(`project ${projectId} has no domain`, [projectId]);
    const { subtree } = await read(rootId, '?subtree_as_ids');
    const parents = new Map<string, string>();
    parentsIn(subtree, rootId, parents);
    // A token that may not see the subtree is told of none: the project itself is there all the same.
    if (projectId !== rootId && !parents.has(projectId)) parents.set(projectId, project.parent_id ?? rootId);
    return { rootId, parents };
  }

  async close(): Promise<void> {
    this.#session.close();
    return Promise.resolve();
  }

  async #limits(query: URLSearchParams, signal: AbortSignal | undefined): Promise<readonly KeystoneLimit[]> {
    const { body } = await this.#session.token(signal);
    requireTrusted(body, this.#options.trustedScope ?? 'system');
    const { regionId } = this.#target;
    for (const [name, value] of this.#query()) query.set(name, value);
    const found = await this.#session.list<KeystoneLimit>(`/limits?${query.toString()}`, 'limits', signal);
    const isGlobal = ({ region_id: region }: KeystoneLimit): boolean =>
      region === null && this.#options.globalFallback === true;
    return found
      .filter((limit) => limit.region_id === regionId || isGlobal(limit))
      .sort((left, right) => Number(left.region_id !== null) - Number(right.region_id !== null));
  }

  /** Keystone has no filter for "no region": such limits are picked out of all of the service's. */
  #query(): URLSearchParams {
    const { serviceId, regionId } = this.#target;
    const isAllRegions = regionId === null || this.#options.globalFallback === true;
    return new URLSearchParams({ service_id: serviceId, ...(isAllRegions ? {} : { region_id: regionId }) });
  }
}

/**
 * Limits of one service in one region from Keystone. Logs in, finds the endpoint, and looks whether the token sees all limits.
 * @throws SessionInitError (`ERR_LIMIT_SESSION`), KeystoneError, EndpointLookupError (`ERR_LIMIT_ENDPOINT`), ScopeError (`ERR_LIMIT_SCOPE`)
 * @example
 * const limits = await keystoneLimits({
 *   auth: { type: 'password', authUrl, username, password, userDomainId: 'default', systemScope: 'all' },
 *   target: { serviceType: 'volumev3', regionName: 'RegionOne' },
 * });
 */
export const keystoneLimits = async (
  options: KeystoneLimitsOptions & (SessionOptions | { readonly session: KeystoneSession }),
): Promise<LimitProvider> => {
  const session = 'session' in options ? options.session : sessionOf(options);
  const { body } = await session.token();
  requireTrusted(body, options.trustedScope ?? 'system');
  return new KeystoneLimits(session, options, await resolveTarget(session, options.target));
};
