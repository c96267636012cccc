import { clientTls } from '../certificates.js';
import { placeOf, userinfoOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { TlsOptions } from '../certificates.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} RedisOptions
 * @property {string} [username] an ACL user of that name who may do everything; needs a password
 * @property {string} [password] required of everyone
 * @property {TlsOptions} [tls] on the port instead of plain text
 * @property {boolean} [unixSocket] listen on a socket file as well
 * @property {readonly string[]} [configuration] more lines of redis.conf
 */

/** @param {readonly string[]} words @returns {string} one command in RESP */
const command = (words) =>
  `*${String(words.length)}\r\n${words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`).join('')}`;

/**
 * Logs in if the address says how, and succeeds once PING is answered.
 * @param {Address} address
 * @returns {Promise<unknown>}
 */
export const ping = (address) => {
  const { username, password } = address;
  const login =
    password === undefined
      ? []
      : [command(['AUTH', ...(username === undefined ? [] : [username]), password])];
  return converse(address, [...login, command(['PING'])].join(''), (received) => {
    const lines = received.toString().split('\r\n').slice(0, -1);
    const refusal = lines.find((line) => line.startsWith('-'));
    if (refusal !== undefined) throw new Error(`redis answered ${refusal.slice(1)}`);
    return lines.includes('+PONG') || undefined;
  });
};

/** @param {string} text @returns {string} as redis.conf quotes it */
const quoted = (text) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** @type {ServerKind<RedisOptions>} */
export const redis = {
  name: 'redis',
  description: 'Redis, a data store in memory',
  defaultPort: 6_379,
  packages: () => ['redis-server'],
  binaries: () => ['redis-server'],
  users: ['redis'],
  ready: ping,

  prepare({ options, directory, host, port, write, copy }) {
    const { username, password, tls, unixSocket, configuration } = options;
    if (tls !== undefined) {
      copy('ca.pem', tls.certificates.ca);
      copy('server.pem', tls.certificates.serverCertificate);
      copy('server.key', tls.certificates.serverKey);
    }
    const lines = [
      `bind ${host}`,
      `dir ${directory}`,
      'daemonize no',
      'save ""',
      'appendonly no',
      ...(tls === undefined
        ? [`port ${String(port)}`]
        : [
            'port 0',
            `tls-port ${String(port)}`,
            `tls-cert-file ${directory}/server.pem`,
            `tls-key-file ${directory}/server.key`,
            `tls-ca-cert-file ${directory}/ca.pem`,
            `tls-auth-clients ${tls.requireClientCertificate === true ? 'yes' : 'no'}`,
          ]),
      ...(unixSocket === true ? [`unixsocket ${directory}/redis.sock`, 'unixsocketperm 777'] : []),
      ...(password === undefined
        ? []
        : username === undefined
          ? [`requirepass ${quoted(password)}`]
          : ['user default off', `user ${username} on ${quoted(`>${password}`)} ~* &* +@all`]),
      ...(configuration ?? []),
    ];
    write('redis.conf', `${lines.join('\n')}\n`);
  },

  command: ({ options, directory, binaries }) => ({
    file: binaries['redis-server'] ?? '',
    args: [`${directory}/redis.conf`, ...(options.args ?? [])],
  }),

  address({ options, directory, host, port }) {
    return {
      host,
      port,
      ...(options.unixSocket === true ? { socket: `${directory}/redis.sock` } : {}),
      ...(options.tls === undefined ? {} : { tls: clientTls(options.tls.certificates) }),
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.username === undefined ? {} : { username: options.username }),
    };
  },

  url: (address) =>
    `${address.tls === undefined ? 'redis' : 'rediss'}://${userinfoOf(address)}${placeOf(address)}`,
};
