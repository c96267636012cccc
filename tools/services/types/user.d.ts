/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
export type User = {
  name: string;
  /**
   * undefined: as the current process
   */
  uid?: number;
  gid?: number;
};
/**
 * Whom a server runs as.
 * @typedef {object} User
 * @property {string} name
 * @property {number} [uid] undefined: as the current process
 * @property {number} [gid]
 */
/** Whether this process may act for other users and install packages. @returns {boolean} */
export declare const isRoot: () => boolean;
/**
 * The unprivileged user for a server: the current one, or, for root, the first of `preferred` that exists, or nobody.
 * @param {readonly string[]} preferred
 * @returns {User}
 */
export declare const unprivilegedUser: (preferred: readonly string[]) => User;
