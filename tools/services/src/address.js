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

const SECURE = /^(rediss|https|amqps|memcacheds):$/;

/**
 * Reads what an environment variable says: `host`, `host:port`, `[::1]:port`, a path or `unix:/path` of a socket,
 * or a URL with credentials.
 * @param {string} text
 * @param {number} defaultPort
 * @returns {Address}
 * @throws {TypeError} when it is none of these
 */
export const parseAddress = (text, defaultPort) => {
  const socket = /^(?:unix:(?:\/\/)?)?(\/.*)$/.exec(text)?.[1];
  if (socket !== undefined) return { host: 'localhost', port: 0, socket };
  const url = new URL(text.includes('://') ? text : `tcp://${text}`);
  if (url.hostname === '') throw new TypeError('no host in it');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.pathname.length > 1 ? { path: decodeURIComponent(url.pathname.slice(1)) } : {}),
    ...(SECURE.test(url.protocol) ? { tls: true } : {}),
  };
};

/**
 * `host:port` or the path of the socket, never credentials.
 * @param {Address} address
 * @returns {string}
 */
export const placeOf = ({ host, port, socket }) =>
  port === 0 && socket !== undefined
    ? `unix:${socket}`
    : `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;

/**
 * `user:password@` of a URL, or nothing.
 * @param {Address} address
 * @returns {string}
 */
export const userinfoOf = ({ username, password }) =>
  username === undefined && password === undefined
    ? ''
    : `${encodeURIComponent(username ?? '')}${password === undefined ? '' : `:${encodeURIComponent(password)}`}@`;
