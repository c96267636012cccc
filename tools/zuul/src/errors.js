/** Something that is wrong with a configuration; the rest of it is used all the same. */
export class ConfigError extends Error {
  /**
   * @param {string} kind as Zuul names it
   * @param {string} message
   * @param {{ severity?: 'error' | 'warning', line?: number | undefined, file?: string }} [details] `line` in
   *   the file, where it is known; `file` where the source does not say it
   */
  constructor(kind, message, { severity = 'error', line, file } = {}) {
    super(message);
    this.name = 'ConfigError';
    this.kind = kind;
    this.severity = severity;
    this.line = line;
    this.file = file;
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
