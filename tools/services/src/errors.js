/** The base of every error of this package; `code` is stable. */
export class ServicesError extends Error {
  /**
   * @param {string} code
   * @param {string} message what happened, then what to do
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** No server of that name is known here. */
export class UnknownServerError extends ServicesError {
  /** @param {string} server @param {readonly string[]} known */
  constructor(server, known) {
    super('ERR_SERVICES_UNKNOWN', `there is no server named '${server}'; known are ${known.join(', ')}`);
    this.server = server;
  }
}

/** The server is neither named by the environment, nor installed, nor may it be installed. */
export class ServerUnavailableError extends ServicesError {
  /** @param {string} server @param {string} reason with how to run it @param {{ cause?: unknown }} [options] */
  constructor(server, reason, options) {
    super('ERR_SERVICES_UNAVAILABLE', `${server} is not available: ${reason}`, options);
    this.server = server;
    this.reason = reason;
  }
}

/** The environment names a server that does not answer as one. */
export class ServerUnreachableError extends ServicesError {
  /** @param {string} server @param {string} variable @param {string} where without credentials @param {unknown} cause */
  constructor(server, variable, where, cause) {
    super(
      'ERR_SERVICES_UNREACHABLE',
      `${variable} names a ${server} at ${where} that does not answer (${messageOf(cause)}); start it, or unset ${variable} to have one started`,
      { cause },
    );
    this.server = server;
    this.variable = variable;
  }
}

/** The server died at start or was not ready in time; `log` holds the last lines it wrote. */
export class ServerStartError extends ServicesError {
  /** @param {string} server @param {string} happened @param {string} log @param {{ cause?: unknown }} [options] */
  constructor(server, happened, log, options) {
    super(
      'ERR_SERVICES_START',
      `${server} ${happened}${log === '' ? '; it wrote no log' : `; the end of its log:\n${log}`}`,
      options,
    );
    this.server = server;
    this.log = log;
  }
}

/** A server that the environment names, or one already stopped, was asked to die, freeze or restart. */
export class ServerNotOursError extends ServicesError {
  /** @param {string} server @param {string} verb @param {string} reason */
  constructor(server, verb, reason) {
    super('ERR_SERVICES_NOT_OURS', `cannot ${verb} ${server}: ${reason}`);
    this.server = server;
  }
}

/** The message of anything thrown. @param {unknown} thrown @returns {string} */
export const messageOf = (thrown) => {
  if (thrown instanceof AggregateError && thrown.message === '')
    return thrown.errors.map(messageOf).join('; ');
  return thrown instanceof Error ? thrown.message : String(thrown);
};
