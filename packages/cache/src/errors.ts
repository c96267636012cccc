import type { Entry } from './entry.ts';

const brandOf = (code: string): symbol => Symbol.for(`oslofjord.cache.${code}`);

/**
 * The base of every error of this package. `instanceof` also recognises errors of another copy of the package,
 * through a brand in the global symbol registry.
 */
export class CacheError extends Error {
  /** The stable name of the condition. */
  static readonly code: string = 'ERR_CACHE';
  /** The stable name of the condition. */
  readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = new.target.code;
    for (let type: unknown = new.target; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
      if (Object.hasOwn(type, 'code')) {
        Object.defineProperty(this, brandOf((type as typeof CacheError).code), { value: true });
      }
    }
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brandOf(this.code) in value;
  }
}

/** One thing that is wrong with options. Never holds a secret. */
export interface CacheIssue {
  /** The option, `group.option` when it stands in a file. */
  readonly path: string;
  readonly message: string;
}

/** The options of a region, a driver or `[cache]` cannot be used; lists every problem. */
export class ConfigurationError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_CONFIGURATION';
  readonly issues: readonly CacheIssue[];

  constructor(issues: readonly CacheIssue[], options?: ErrorOptions) {
    const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
    super(`The cache cannot be configured:\n${lines.join('\n')}`, options);
    this.issues = issues;
  }
}

/** A region is used before it has a driver. */
export class RegionNotConfiguredError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_REGION_NOT_CONFIGURED';

  constructor(region: string) {
    super(`The region '${region}' has no driver yet; call configure() or configureCacheRegion() first`);
  }
}

/** A region that has a driver is given another one. */
export class RegionAlreadyConfiguredError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_REGION_CONFIGURED';
  /** The name of the driver it has. */
  readonly driver: string;

  constructor(region: string, driver: string) {
    super(
      `The region '${region}' is already configured with the driver '${driver}'; pass { replace: true } to replace it`,
    );
    this.driver = driver;
  }
}

/** No driver has that name. */
export class DriverNotFoundError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_DRIVER_NOT_FOUND';
  readonly driver: string;

  constructor(driver: string, known: readonly string[]) {
    super(`There is no cache driver '${driver}'; known are ${known.join(', ')}`);
    this.driver = driver;
  }
}

/** A soft invalidation took place, and a call states no expiration time by which to tell what is stale. */
export class ExpirationTimeRequiredError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_EXPIRATION_TIME_REQUIRED';

  constructor() {
    super('Non-None expiration time required for soft invalidation');
  }
}

/** A group of options that a memoized function reads its switches from does not exist. */
export class UnknownGroupError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_UNKNOWN_GROUP';
  readonly group: string;

  constructor(group: string) {
    super(`The configuration has no group '${group}', from which a memoized function reads its switches`);
    this.group = group;
  }
}

/** The arguments of a memoized function do not make a key. */
export class KeyError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_KEY';
}

/** A creator did not finish in its hard time. */
export class CreatorTimeoutError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_CREATOR_TIMEOUT';
  /** How long it was given. */
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    super(
      `The creator did not answer within ${String(milliseconds)} ms, and there is no older value to serve`,
    );
    this.milliseconds = milliseconds;
  }
}

/** A cache server failed: it cannot be reached, does not answer in time, refuses, or answers what is no answer. */
export class BackendError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_BACKEND';
  /** `host:port` or the path of a socket; the name of the driver where no single host failed. */
  readonly host: string;
  /** Whether the same request may succeed later without a change of configuration. */
  readonly isRetryable: boolean;
  /** What is known all the same of keys that were read, where other servers answered. */
  readonly answered: ReadonlyMap<string, Entry | undefined> | undefined;

  constructor(
    host: string,
    message: string,
    options: ErrorOptions & {
      readonly isRetryable?: boolean;
      readonly answered?: ReadonlyMap<string, Entry | undefined>;
    } = {},
  ) {
    super(`${host}: ${message}`, options);
    this.host = host;
    this.isRetryable = options.isRetryable ?? true;
    // Not shown with the error: it holds cached values.
    Object.defineProperty(this, 'answered', { value: options.answered });
  }

  /** The same error with what is known all the same; itself its cause. */
  withAnswers(answered: ReadonlyMap<string, Entry | undefined>): BackendError {
    const message = this.message.slice(this.host.length + 2);
    return new BackendError(this.host, message, { cause: this, isRetryable: this.isRetryable, answered });
  }
}

/** A cache server answered a request with an error of its own: too large, out of memory, not understood. */
export class BackendRefusedError extends BackendError {
  static override readonly code: string = 'ERR_CACHE_BACKEND_REFUSED';

  constructor(host: string, answer: string, options: { readonly isRetryable?: boolean } = {}) {
    super(host, `answered '${answer.slice(0, 200)}'`, options);
  }
}

/** A cache server did not answer in time. */
export class BackendTimeoutError extends BackendError {
  static override readonly code: string = 'ERR_CACHE_BACKEND_TIMEOUT';

  constructor(host: string, milliseconds: number) {
    super(host, `no answer within ${String(milliseconds)} ms`);
  }
}

/** A cache server is left alone for a while because it failed before. */
export class BackendSuspendedError extends BackendError {
  static override readonly code: string = 'ERR_CACHE_BACKEND_SUSPENDED';

  constructor(host: string, options?: ErrorOptions) {
    super(host, 'failed before and is not asked until it answers a probe', options);
  }
}

/** Stored bytes cannot be read: another format, an older key, a changed bit, a value that is not allowed. */
export class CodecError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_CODEC';
}

/** A value does not satisfy the schema of its region. */
export class SchemaError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_SCHEMA';
  readonly issues: readonly CacheIssue[];

  constructor(issues: readonly CacheIssue[]) {
    super(
      `A value to be cached does not satisfy the schema of its region: ${issues
        .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
        .join('; ')}`,
    );
    this.issues = issues;
  }
}

/** A region or driver is used after close(). */
export class ClosedError extends CacheError {
  static override readonly code: string = 'ERR_CACHE_CLOSED';

  constructor(name: string) {
    super(`'${name}' is closed`);
  }
}
