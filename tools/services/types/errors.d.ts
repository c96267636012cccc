/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/** The base of every error of this package; `code` is stable. */
export declare class ServicesError extends Error {
  code: string;
  /**
   * @param {string} code
   * @param {string} message what happened, then what to do
   * @param {{ cause?: unknown }} [options]
   */
  constructor(
    code: string,
    message: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** No server of that name is known here. */
export declare class UnknownServerError extends ServicesError {
  server: string;
  /** @param {string} server @param {readonly string[]} known */
  constructor(server: string, known: readonly string[]);
}
/** The server is neither named by the environment, nor installed, nor may it be installed. */
export declare class ServerUnavailableError extends ServicesError {
  server: string;
  reason: string;
  /** @param {string} server @param {string} reason with how to run it @param {{ cause?: unknown }} [options] */
  constructor(
    server: string,
    reason: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** The environment names a server that does not answer as one. */
export declare class ServerUnreachableError extends ServicesError {
  server: string;
  variable: string;
  /** @param {string} server @param {string} variable @param {string} where without credentials @param {unknown} cause */
  constructor(server: string, variable: string, where: string, cause: unknown);
}
/** The server died at start or was not ready in time; `log` holds the last lines it wrote. */
export declare class ServerStartError extends ServicesError {
  server: string;
  log: string;
  /** @param {string} server @param {string} happened @param {string} log @param {{ cause?: unknown }} [options] */
  constructor(
    server: string,
    happened: string,
    log: string,
    options?: {
      cause?: unknown;
    },
  );
}
/** A server that the environment names, or one already stopped, was asked to die, freeze or restart. */
export declare class ServerNotOursError extends ServicesError {
  server: string;
  /** @param {string} server @param {string} verb @param {string} reason */
  constructor(server: string, verb: string, reason: string);
}
/** The message of anything thrown. @param {unknown} thrown @returns {string} */
export declare const messageOf: (thrown: unknown) => string;
