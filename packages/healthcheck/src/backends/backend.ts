/** What a backend says: whether the service may get requests, and why. */
export interface HealthcheckResult {
  /** Anything that is not true for JavaScript makes the service unavailable. */
  readonly available: unknown;
  /** A few words for everybody: no secrets. */
  readonly reason: string | null;
  /** More, for those who may see details. */
  readonly details?: string | null;
  /** How the kind of result is called in details. @default 'HealthcheckResult' */
  readonly kind?: string;
}

/** One reason why a service may be unavailable. */
export interface HealthcheckBackend {
  /**
   * Says how things stand, at once: whatever takes time has been looked at before.
   * @param port that the request came in by; undefined for a socket without one
   */
  check(port: number | undefined): HealthcheckResult;
  /** Begins to look at what takes time; answers once it has looked for the first time. */
  start?(): Promise<void>;
  /** Ends what {@link start} began. */
  close?(): void;
}

/** What the files of a service say; how a file is looked at is the service's choice. */
export interface PathLooker {
  /** Whether something is there under a path: a file, a directory, a link that leads somewhere. */
  exists(path: string): boolean;
  /** Whether nothing can be said at present, because the file system does not answer. */
  hangs(path: string): boolean;
}
