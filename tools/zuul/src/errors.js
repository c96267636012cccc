/** Something that is wrong with a configuration; the rest of it is used all the same. */
export class ConfigError extends Error {
  /** @param {string} kind as Zuul names it @param {string} message @param {'error' | 'warning'} [severity] */
  constructor(kind, message, severity = 'error') {
    super(message);
    this.name = 'ConfigError';
    this.kind = kind;
    this.severity = severity;
  }
}

/** Why the jobs of an item cannot be told. */
export class FreezeError extends Error {
  /** @param {string} kind as Zuul names it @param {string} message */
  constructor(kind, message) {
    super(message);
    this.name = 'FreezeError';
    this.kind = kind;
  }
}
