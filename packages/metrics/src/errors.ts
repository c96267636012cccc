const brandOf = (code: string): symbol => Symbol.for(`oslofjord.metrics.${code}`);

/**
 * The base of every error of this package. `instanceof` also recognises errors of another copy of the package,
 * through a brand in the global symbol registry.
 */
export class MetricsError extends Error {
  /** The stable name of the condition. */
  static readonly code: string = 'ERR_METRICS';
  /** The stable name of the condition. */
  readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = new.target.code;
    for (let type: unknown = new.target; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
      if (Object.hasOwn(type, 'code')) {
        Object.defineProperty(this, brandOf((type as typeof MetricsError).code), { value: true });
      }
    }
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brandOf(this.code) in value;
  }
}

/** One thing that is wrong with options. */
export interface MetricsIssue {
  /** The option, with its group where it stands in a file. */
  readonly path: string;
  readonly message: string;
}

/** Options cannot be used; lists every problem. */
export class ConfigurationError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_CONFIGURATION';
  readonly issues: readonly MetricsIssue[];

  constructor(issues: readonly MetricsIssue[], options?: ErrorOptions) {
    const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
    super(`Metrics cannot be configured:\n${lines.join('\n')}`, options);
    this.issues = issues;
  }
}

/** A metric is declared with a name, label or bucket that Prometheus does not take; lists every problem. */
export class MetricDeclarationError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_DECLARATION';
  readonly metric: string;
  readonly issues: readonly MetricsIssue[];

  constructor(metric: string, issues: readonly MetricsIssue[]) {
    const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
    super(`The metric '${metric}' cannot be declared:\n${lines.join('\n')}`);
    this.metric = metric;
    this.issues = issues;
  }
}

/** Two metrics of one registry would share a name. */
export class MetricConflictError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_CONFLICT';
  readonly metric: string;

  constructor(metric: string, difference: string) {
    super(
      `The metric '${metric}' is already registered with ${difference}; declare it once, or give it another name`,
    );
    this.metric = metric;
  }
}

/** In a strict registry: an event has labels or a value that its metric does not take. */
export class InvalidEventError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_INVALID_EVENT';
  readonly metric: string;
  readonly reason: 'labels' | 'value';

  constructor(metric: string, reason: 'labels' | 'value', message: string) {
    super(`An event of '${metric}' was rejected: ${message}`);
    this.metric = metric;
    this.reason = reason;
  }
}

/** A file cannot be mapped into memory here. */
export class MappingUnavailableError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_MAPPING';

  constructor(reason: string) {
    super(`Metrics cannot be mapped into memory: ${reason}`);
  }
}

/** The page cannot be served on that address. */
export class ServerStartError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_SERVER_START';
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(
      `The metrics page cannot be served on ${host}:${String(port)}; is another program listening there, or the port not yours to take?`,
      options,
    );
    this.host = host;
    this.port = port;
  }
}

/** Nothing on this machine can receive datagrams. */
export class ReceiverUnavailableError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_RECEIVER';

  constructor(reason: string) {
    super(
      `Datagrams cannot be received: ${reason}. There are three ways: let systemd own the socket (ListenDatagram=) and inherit it; run Node ≥ 26.1 with --experimental-ffi; or 'npm install koffi'`,
    );
  }
}

/** The collector's socket file cannot be made or is somebody else's. */
export class SocketFileError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_SOCKET_FILE';
  readonly path: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`The socket '${path}' cannot be used: ${reason}`, options);
    this.path = path;
  }
}

/** Another collector serves this socket. */
export class CollectorRunningError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_COLLECTOR_RUNNING';
  readonly path: string;

  constructor(path: string, owner: string) {
    super(
      `The socket '${path}' is served by ${owner}: stop that one first, or give this one another metrics_socket_file`,
    );
    this.path = path;
  }
}

/** Metrics could not be sent. */
export class PushError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_PUSH';
  /** Where to, without query and credentials. */
  readonly url: string;
  /** What was answered, if anything was. */
  readonly status: number | undefined;

  constructor(url: string, status: number | undefined, options?: ErrorOptions) {
    const what = status === undefined ? 'did not answer' : `answered ${String(status)}`;
    super(`Metrics could not be sent: ${url} ${what}; they come with the next push`, options);
    this.url = url;
    this.status = status;
  }
}

/** The method of a call failed at the server. */
export class RpcRemoteError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_RPC_REMOTE';
  /** Class of the error there. */
  readonly remoteType: string;

  constructor(remoteType: string, message: string) {
    super(`The call failed at the server with ${remoteType}: ${message}`);
    this.remoteType = remoteType;
  }
}

/** A call was not answered in time. */
export class RpcTimeoutError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_RPC_TIMEOUT';
  readonly method: string;

  constructor(method: string, seconds: number) {
    super(
      `The call of '${method}' was not answered within ${String(seconds)} s: see whether its server runs, or wait longer`,
    );
    this.method = method;
  }
}

/** A connection ended while calls waited for their answers. */
export class RpcConnectionError extends MetricsError {
  static override readonly code: string = 'ERR_METRICS_RPC_CONNECTION';

  constructor(reason: string, options?: ErrorOptions) {
    super(`The connection of the calls is gone (${reason}): connect again`, options);
  }
}
