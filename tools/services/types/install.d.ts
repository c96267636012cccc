/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * Why packages may not be installed here, or undefined when they may.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export declare const installForbidden: (environment?: NodeJS.ProcessEnv) => string | undefined;
/**
 * Installs Debian's packages, starting none of the services in them, and says so on standard error. Where another
 * process installs already, waits for it.
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 * @throws with the end of apt's output
 */
export declare const install: (packages: readonly string[]) => Promise<void>;
