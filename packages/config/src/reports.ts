/** Something an operator should know that does not keep the configuration from working. */
export interface Warning {
  /**
   * `deprecatedName`: set under an older name. `deprecatedForRemoval`: set, and going away. `unknownOption`: a name
   * in a known section that no option has.
   */
  readonly kind: 'deprecatedName' | 'deprecatedForRemoval' | 'unknownOption';
  /** `group.option` */
  readonly path: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** An option whose value differs from before. Values of secret options are shown as `'****'`. */
export interface Change {
  /** `group.option` */
  readonly path: string;
  readonly previous: unknown;
  readonly current: unknown;
}

/** What a reload did. */
export interface Reload {
  /** Mutable options that have a new value. */
  readonly applied: readonly Change[];
  /** Options that would have a new value but are not mutable: it takes a restart. */
  readonly ignored: readonly Change[];
  readonly warnings: readonly Warning[];
}
