/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * Whether nothing listens on the port of 127.0.0.1 at this moment.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export declare const isFree: (port: number) => Promise<boolean>;
/**
 * A random free port of 127.0.0.1 from 20000 to 32767. Another process may still take it before the server does:
 * starting is retried with another one.
 * @returns {Promise<number>}
 */
export declare const freePort: () => Promise<number>;
