import { clientTls } from '../certificates.js';
import { placeOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { TlsOptions } from '../certificates.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} Credentials
 * @property {string} username
 * @property {string} password
 */

/**
 * @typedef {object} MemcachedOptions
 * @property {number} [memory] megabytes for items; default memcached's 64
 * @property {TlsOptions} [tls]
 * @property {boolean} [unixSocket] listen on a socket file instead of a port
 * @property {Credentials} [textAuthentication] the text protocol only after `set` of these (`-Y`)
 * @property {Credentials} [sasl] the binary protocol only, after SASL PLAIN with these (`-S`)
 */

const BINARY_VERSION = Uint8Array.from([0x80, 0x0b, ...Array.from({ length: 22 }, () => 0)]);
const SOCKET = 'memcached.sock';

/** @param {MemcachedOptions} options @returns {string} */
const greetingOf = ({ textAuthentication: credentials }) => {
  if (credentials === undefined) return 'version\r\n';
  const value = `${credentials.username} ${credentials.password}`;
  return `set login 0 0 ${String(Buffer.byteLength(value))}\r\n${value}\r\n`;
};

/** Speaks the protocol that the server understands. @param {Address} address @param {MemcachedOptions} options */
const ready = async (address, options) => {
  if (options.sasl !== undefined) {
    await converse(
      address,
      BINARY_VERSION,
      (received) => (received.length >= 24 && received[0] === 0x81) || undefined,
    );
    return;
  }
  await converse(address, greetingOf(options), (received) => {
    const line = /^(.*)\r\n/.exec(received.toString('latin1'))?.[1];
    if (line === undefined || /^(VERSION |STORED)/.test(line)) return line;
    throw new Error(`memcached answered ${line}`);
  });
};

/** @type {ServerKind<MemcachedOptions>} */
export const memcached = {
  name: 'memcached',
  description: 'Memcached, a cache in memory',
  defaultPort: 11_211,
  packages: ({ sasl }) => ['memcached', ...(sasl === undefined ? [] : ['sasl2-bin', 'libsasl2-modules'])],
  binaries: ({ sasl }) => ['memcached', ...(sasl === undefined ? [] : ['saslpasswd2'])],
  users: ['memcache'],
  stopSignal: 'SIGKILL', // it has nothing to lose, and takes up to a second to end in order
  ready,

  async prepare({ options, directory, binaries, run, write, copy }) {
    if (options.tls !== undefined) {
      copy('ca.pem', options.tls.certificates.ca);
      copy('server.pem', options.tls.certificates.serverCertificate);
      copy('server.key', options.tls.certificates.serverKey);
    }
    const { textAuthentication, sasl } = options;
    if (textAuthentication !== undefined) {
      write('users', `${textAuthentication.username}:${textAuthentication.password}\n`);
    }
    if (sasl !== undefined) {
      const database = `${directory}/sasldb`;
      write(
        'memcached.conf',
        `mech_list: plain\npwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${database}\n`,
      );
      const script = `printf %s "$1" | "$2" -p -c -a memcached -u "$(hostname)" -f "$3" "$4"`;
      const args = [
        '-c',
        script,
        'sh',
        sasl.password,
        binaries['saslpasswd2'] ?? '',
        database,
        sasl.username,
      ];
      await run({ file: '/bin/sh', args });
    }
  },

  command({ options, directory, host, port, binaries }) {
    const { memory, tls, unixSocket, textAuthentication, sasl, args } = options;
    return {
      file: binaries['memcached'] ?? '',
      args: [
        ...(unixSocket === true
          ? ['-s', `${directory}/${SOCKET}`, '-a', '0777']
          : ['-l', host, '-p', String(port), '-U', '0']),
        ...(memory === undefined ? [] : ['-m', String(memory)]),
        ...(tls === undefined
          ? []
          : ['-Z', '-o', `ssl_chain_cert=${directory}/server.pem,ssl_key=${directory}/server.key`]),
        ...(tls?.requireClientCertificate === true
          ? ['-o', `ssl_ca_cert=${directory}/ca.pem,ssl_verify_mode=2`]
          : []),
        ...(textAuthentication === undefined ? [] : ['-Y', `${directory}/users`]),
        ...(sasl === undefined ? [] : ['-S']),
        ...(args ?? []),
      ],
      environment: sasl === undefined ? {} : { SASL_CONF_PATH: directory },
    };
  },

  address({ options, directory, host, port }) {
    return {
      host,
      port: options.unixSocket === true ? 0 : port,
      ...(options.unixSocket === true ? { socket: `${directory}/${SOCKET}` } : {}),
      ...(options.tls === undefined ? {} : { tls: clientTls(options.tls.certificates) }),
      ...(options.textAuthentication ?? options.sasl ?? {}),
    };
  },

  url: (address) => placeOf(address),
};
