/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * Where a server listens and how it is spoken to.
 * @typedef {object} Address
 * @property {string} host
 * @property {number} port 0 when the server listens on a socket file only
 * @property {string} [socket] path of a Unix socket
 * @property {string} [username]
 * @property {string} [password]
 * @property {string} [path] what followed the port in a URL, without the slash (a database, a virtual host)
 * @property {boolean | import('node:tls').ConnectionOptions} [tls] spoken to by TLS; `true`: as the system trusts
 */
export type Address = {
  host: string;
  /**
   * 0 when the server listens on a socket file only
   */
  port: number;
  /**
   * path of a Unix socket
   */
  socket?: string;
  username?: string;
  password?: string;
  /**
   * what followed the port in a URL, without the slash (a database, a virtual host)
   */
  path?: string;
  /**
   * spoken to by TLS; `true`: as the system trusts
   */
  tls?: boolean | import('node:tls').ConnectionOptions;
};
/**
 * Reads what an environment variable says: `host`, `host:port`, `[::1]:port`, a path or `unix:/path` of a socket,
 * or a URL with credentials.
 * @param {string} text
 * @param {number} defaultPort
 * @returns {Address}
 * @throws {TypeError} when it is none of these
 */
export declare const parseAddress: (text: string, defaultPort: number) => Address;
/**
 * `host:port` or the path of the socket, never credentials.
 * @param {Address} address
 * @returns {string}
 */
export declare const placeOf: ({ host, port, socket }: Address) => string;
/**
 * `user:password@` of a URL, or nothing.
 * @param {Address} address
 * @returns {string}
 */
export declare const userinfoOf: ({ username, password }: Address) => string;
