/** Resource name → limit in units of the resource; a negative limit is none. */
export type Limits = ReadonlyMap<string, number>;

/** Project or domain → its own limits. */
export type LimitsByNode = ReadonlyMap<string, Limits>;

/** Names of enforcement models: Keystone's two, and any depth. */
export type EnforcementModelName = 'flat' | 'strict_two_level' | 'nested';

/** A value or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/** What every call to a provider takes. */
export interface ProviderCall {
  /** Ends waiting; what was sent is not taken back. */
  readonly signal?: AbortSignal;
}

/** The tree that a project belongs to. In Keystone its root is a domain. */
export interface ProjectTree {
  readonly rootId: string;
  /** Every node but the root → its parent. */
  readonly parents: ReadonlyMap<string, string>;
}

/** Where limits come from: Keystone, a file, the environment, a fixture. Caching is not its business. */
export interface LimitProvider {
  /** What to call it in errors and reports. */
  readonly name: string;
  /** The model that the deployment enforces by. */
  enforcementModel(call?: ProviderCall): Promise<string>;
  /** The default of every resource of the service, in the provider's order. */
  registeredLimits(call?: ProviderCall): Promise<Limits>;
  /** The limits that one project or domain has of its own. */
  projectLimits(nodeId: string, call?: ProviderCall): Promise<Limits>;
  /** The limits that any project or domain has of its own. */
  allLimits(call?: ProviderCall): Promise<LimitsByNode>;
  /** The tree around a project; needed by the hierarchical models only. */
  projectTree(projectId: string, call?: ProviderCall): Promise<ProjectTree>;
  /** Calls `listener` when limits are known to have changed; answers how to stop that. */
  onChange?(listener: () => void): () => void;
  close?(): Promise<void>;
}
