const brandOf = (code: string): symbol => Symbol.for(`oslofjord.healthcheck.${code}`);

/**
 * The base of every error of this package. `instanceof` also recognises errors of another copy of the package, through a
 * brand in the global symbol registry.
 */
export class HealthcheckError extends Error {
  /** The stable name of the condition. */
  static readonly code: string = 'ERR_HEALTHCHECK';
  /** The stable name of the condition. */
  readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = new.target.code;
    for (let type: unknown = new.target; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
      if (Object.hasOwn(type, 'code')) {
        Object.defineProperty(this, brandOf((type as typeof HealthcheckError).code), { value: true });
      }
    }
  }

  /** Also recognises an error of another copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brandOf(this.code) in value;
  }
}

/** A range of addresses cannot be read. */
export class InvalidRangeError extends HealthcheckError {
  static override readonly code: string = 'ERR_HEALTHCHECK_RANGE';
  readonly range: string;

  constructor(range: string, reason: string) {
    super(reason);
    this.range = range;
  }
}

/** A client's address cannot be read; only with `compat: 'oslo'`, otherwise such a client is outside every range. */
export class InvalidAddressError extends HealthcheckError {
  static override readonly code: string = 'ERR_HEALTHCHECK_ADDRESS';

  constructor(address: string) {
    super(`'${address}' does not appear to be an IPv4 or IPv6 address`);
  }
}

/** Backends or their options cannot be used. A health check that would always succeed is refused at its start. */
export class HealthcheckOptionsError extends HealthcheckError {
  static override readonly code: string = 'ERR_HEALTHCHECK_OPTIONS';
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(`the health check cannot be started: ${issues.join('; ')}`);
    this.issues = issues;
  }
}

/** There is a component of this name already; two of one name could not be told apart. */
export class DuplicateComponentError extends HealthcheckError {
  static override readonly code: string = 'ERR_HEALTHCHECK_DUPLICATE';
  readonly component: string;

  constructor(component: string) {
    super(`there is a component ${JSON.stringify(component)} already: give the other one a name of its own`);
    this.component = component;
  }
}

/** The thread that answers could not listen. */
export class HealthWorkerError extends HealthcheckError {
  static override readonly code: string = 'ERR_HEALTHCHECK_WORKER';
  readonly port: number;

  constructor(port: number, reason: string) {
    super(
      `the thread that answers health cannot listen on port ${port}: ${reason}; choose a port that is free`,
    );
    this.port = port;
  }
}

/** The plan of a deployment cannot be used. */
export class ManifestError extends HealthcheckError {
  static override readonly code: string = 'ERR_HEALTHCHECK_MANIFEST';
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(`no manifest can be made of this: ${issues.join('; ')}`);
    this.issues = issues;
  }
}
