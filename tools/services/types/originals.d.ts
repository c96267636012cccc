/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/** The Python that Debian's packages are for; one earlier on PATH may not have them. */
export declare const PYTHON = '/usr/bin/python3';
/**
 * Makes sure that Python originals are there to be compared with; installs them from Debian's packages when need be and
 * permitted.
 * @param {Readonly<Record<string, string>>} wanted distributions with their versions; any version where it is empty
 * @param {readonly string[]} packages of Debian that bring them
 * @returns {Promise<string | undefined>} why a comparison is skipped, or undefined when it can be made
 * @throws Error instead of a reason, when CI=true
 */
export declare const originalsMissing: (
  wanted: Readonly<Record<string, string>>,
  packages: readonly string[],
) => Promise<string | undefined>;
