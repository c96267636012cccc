/** Codes of all errors of this package. */
export type LimitErrorCode =
  | 'ERR_LIMIT_ARGUMENT'
  | 'ERR_LIMIT_OVER'
  | 'ERR_LIMIT_USAGE'
  | 'ERR_LIMIT_UNAVAILABLE'
  | 'ERR_LIMIT_MODEL'
  | 'ERR_LIMIT_HIERARCHY'
  | 'ERR_LIMIT_CLAIM_LOST'
  | 'ERR_LIMIT_CLAIM_STORE'
  | 'ERR_LIMIT_SESSION'
  | 'ERR_LIMIT_KEYSTONE'
  | 'ERR_LIMIT_ENDPOINT'
  | 'ERR_LIMIT_SCOPE'
  | 'ERR_LIMIT_FILE'
  | 'ERR_LIMIT_OSLO';

const BRAND: unique symbol = Symbol.for('@oslofjord/limit.error');

/** What every error of this package is. `instanceof` also holds across several copies of the package. */
export abstract class LimitError extends Error {
  /** Tells the conditions apart; does not change between releases. */
  abstract readonly code: LimitErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, BRAND, { get: () => this.name });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
    const { className } = this as unknown as { className?: string };
    return className === undefined || value[BRAND] === className;
  }
}

/** A caller gave something that can mean nothing; the message is Oslo's where Oslo refuses it too. */
export class InvalidArgumentError extends LimitError {
  static readonly className: string = 'InvalidArgumentError';
  override readonly name: string = 'InvalidArgumentError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_ARGUMENT';
}

/** Why a resource is over: it has a limit that is reached, or nobody registered one. */
export type OverReason = 'exceeded' | 'unregistered';

/** One resource that a request would take over a limit. */
export interface OverLimitInfo {
  readonly resourceName: string;
  /** The limit that binds, in units of the resource. */
  readonly limit: number | bigint;
  /** What is used already by all that count against this limit, claims of others included. */
  readonly currentUsage: number | bigint;
  readonly delta: number | bigint;
  /** Whose limit: the project's own, or that of the tree below `nodeId`. @default 'project' */
  readonly scope?: 'project' | 'tree';
  /** The project or domain that has the limit; null: the registered limit alone. */
  readonly nodeId?: string | null;
  /** @default 'exceeded' */
  readonly reason?: OverReason;
  /** Whether the limit is the registered default, for want of one of the node's own. */
  readonly isDefault?: boolean;
  /** The part of `currentUsage` that is claimed by others and not yet created. */
  readonly claimed?: number;
}

const isInfo = (info: unknown): boolean => typeof info === 'object' && info !== null && 'delta' in info;

const describeOver = (info: OverLimitInfo): string => {
  const { resourceName, limit, currentUsage, delta } = info;
  const oslo = `Resource ${resourceName} is over limit of ${String(limit)} due to current usage ${String(currentUsage)} and delta ${String(delta)}`;
  if (info.scope !== 'tree') return oslo;
  const source = info.isDefault === true ? ', the registered default, as it has none of its own' : '';
  return `${oslo} in the tree of ${String(info.nodeId)}${source}`;
};

/**
 * A project would go over at least one limit. All resources concerned are listed, in order of name.
 * @parity oslo.limit 7d1e011 exception.py ProjectOverLimit — same
 */
export class ProjectOverLimitError extends LimitError {
  static readonly className: string = 'ProjectOverLimitError';
  override readonly name: string = 'ProjectOverLimitError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_OVER';
  readonly projectId: string | null;
  readonly overLimitInfoList: readonly OverLimitInfo[];

  /** @throws InvalidArgumentError when the list is empty or no list of infos */
  constructor(projectId: string | null, overLimitInfoList: readonly OverLimitInfo[]) {
    const isList =
      Array.isArray(overLimitInfoList) && overLimitInfoList.length > 0 && overLimitInfoList.every(isInfo);
    if (!isList) throw new InvalidArgumentError('an error about limits needs a list of what is over');
    super(
      `Project ${projectId ?? 'None'} is over a limit for [${overLimitInfoList.map(describeOver).join(', ')}]`,
    );
    this.projectId = projectId;
    this.overLimitInfoList = overLimitInfoList;
  }
}

/** The usage callback did not say how much of a resource is used, or said what is no count. */
export class UsageError extends LimitError {
  static readonly className: string = 'UsageError';
  override readonly name: string = 'UsageError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_USAGE';
  readonly resourceName: string;

  constructor(message: string, resourceName: string, options?: ErrorOptions) {
    super(message, options);
    this.resourceName = resourceName;
  }
}

/** Limits cannot be read, and what is known of them is too old to decide on. */
export class LimitsUnavailableError extends LimitError {
  static readonly className: string = 'LimitsUnavailableError';
  override readonly name: string = 'LimitsUnavailableError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_UNAVAILABLE';
}

/** The deployment enforces by a model that is not known here. */
export class UnsupportedModelError extends LimitError {
  static readonly className: string = 'UnsupportedModelError';
  override readonly name: string = 'UnsupportedModelError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_MODEL';
  readonly model: string;

  constructor(model: string) {
    super(`enforcement model ${model} is not supported`);
    this.model = model;
  }
}

/** A tree of projects is not what the enforcement model allows. */
export class HierarchyError extends LimitError {
  static readonly className: string = 'HierarchyError';
  override readonly name: string = 'HierarchyError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_HIERARCHY';
  /** Ids from the root to the node that should not be there. */
  readonly branch: readonly string[];

  constructor(message: string, branch: readonly string[]) {
    super(message);
    this.branch = branch;
  }
}

/** A claim ended before its work did: it could not be renewed in time, so others may have taken its place. */
export class ClaimLostError extends LimitError {
  static readonly className: string = 'ClaimLostError';
  override readonly name: string = 'ClaimLostError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_CLAIM_LOST';
  readonly claimId: string;

  constructor(claimId: string, options?: ErrorOptions) {
    super(
      `claim ${claimId} is no longer held: it was not renewed before it expired. Undo what was created under it, or use a longer ttl`,
      options,
    );
    this.claimId = claimId;
  }
}

/** The store of claims does not answer, or not as it should. */
export class ClaimStoreError extends LimitError {
  static readonly className: string = 'ClaimStoreError';
  override readonly name: string = 'ClaimStoreError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_CLAIM_STORE';
}

/** No session with Keystone: it refuses the credentials, or is not where it is said to be. */
export class SessionInitError extends LimitError {
  static readonly className: string = 'SessionInitError';
  override readonly name: string = 'SessionInitError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_SESSION';

  constructor(reason: string, options?: ErrorOptions) {
    super(`Can't initialise OpenStackSDK session: ${reason}.`, options);
  }
}

/** What is known of a request that Keystone or Placement refused. Never holds a token or password. */
export interface KeystoneFailure {
  readonly method: string;
  readonly url: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly requestId?: string;
}

/** Keystone or Placement refused a request, or did not answer. */
export class KeystoneError extends LimitError {
  static readonly className: string = 'KeystoneError';
  override readonly name: string = 'KeystoneError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_KEYSTONE';
  readonly method: string;
  readonly url: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** `x-openstack-request-id`, to look for in Keystone's log. */
  readonly requestId: string | undefined;

  constructor(message: string, failure: KeystoneFailure, options?: ErrorOptions) {
    super(message, options);
    this.method = failure.method;
    this.url = failure.url;
    this.status = failure.status;
    this.requestId = failure.requestId;
  }
}

/**
 * The endpoint whose limits are asked for is not to be found.
 * @parity oslo.limit 7d1e011 limit.py _EnforcerUtils._get_endpoint — the messages start as Oslo's, then name the candidates
 */
export class EndpointLookupError extends LimitError {
  static readonly className: string = 'EndpointLookupError';
  override readonly name: string = 'EndpointLookupError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_ENDPOINT';
  /** What there was to choose from, as text. */
  readonly candidates: readonly string[];

  constructor(message: string, candidates: readonly string[] = []) {
    super(candidates.length === 0 ? message : `${message}; there are: ${candidates.join(', ')}`);
    this.candidates = candidates;
  }
}

/** The token would make Keystone hide limits of other projects, so that their defaults were enforced instead. */
export class ScopeError extends LimitError {
  static readonly className: string = 'ScopeError';
  override readonly name: string = 'ScopeError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_SCOPE';
}

/** A file of limits cannot be used; every problem in it is named. */
export class LimitsFileError extends LimitError {
  static readonly className: string = 'LimitsFileError';
  override readonly name: string = 'LimitsFileError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_FILE';
  readonly path: string;
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[], options?: ErrorOptions) {
    super(`${path}: ${problems.join('; ')}`, options);
    this.path = path;
    this.problems = problems;
  }
}

/** Kinds of error that Python raises where `compat: 'oslo'` does as oslo.limit. */
export type OsloErrorType = 'ValueError' | 'TypeError' | 'KeyError' | 'OverflowError';

/** In `compat: 'oslo'`, what oslo.limit raises besides ProjectOverLimit: Python's kind of error and its text. */
export class OsloError extends LimitError {
  static readonly className: string = 'OsloError';
  override readonly name: string = 'OsloError';
  readonly code: LimitErrorCode = 'ERR_LIMIT_OSLO';
  readonly type: OsloErrorType;

  constructor(type: OsloErrorType, message: string) {
    super(message);
    this.type = type;
  }
}
