/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * Makes sure that a program is there; installs it from Debian's packages when need be and permitted.
 * @param {string} program its name
 * @param {readonly string[]} [packages] of Debian that bring it, one of its name by default
 * @returns {Promise<string | undefined>} why a test with it is skipped, or undefined when it can run
 * @throws Error instead of a reason, when CI=true
 */
export declare const programMissing: (
  program: string,
  packages?: readonly string[],
) => Promise<string | undefined>;
