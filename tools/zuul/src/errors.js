/** Something that is wrong with a configuration; the rest of it is used all the same. */
export class ConfigError extends Error {
  /**
   * @param {string} kind as Zuul names it
   * @param {string} message
   * @param {{ severity?: 'error' | 'warning', line?: number | undefined }} [details] `line` in the file, where it is known
   */
  constructor(kind, message, { severity = 'error', line } = {}) {
    super(message);
    this.name = 'ConfigError';
    this.kind = kind;
    this.severity = severity;
    this.line = line;
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

/** A command line, or a place to work in, that is not as it has to be. */
export class UsageError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UsageError';
  }
}
