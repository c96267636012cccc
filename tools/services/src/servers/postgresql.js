import { clientTls } from '../certificates.js';
import { placeOf, userinfoOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { TlsOptions } from '../certificates.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} PostgresqlOptions
 * @property {Readonly<Record<string, string>>} [settings] of postgresql.conf; they win over ours, which trade durability for speed
 * @property {TlsOptions} [tls] offered beside plain text
 */

const PROTOCOL_3 = 0x0003_0000;
const SUPERUSER = 'postgres';
/** A killed server leaves its lock file, whose line 7 holds the key and identifier of its System V shared memory. */
const REMOVE_SHARED_MEMORY = `set -- $(sed -n 7p data/postmaster.pid 2>/dev/null); [ -z "$2" ] || ipcrm -m "$2"`;
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '50',
  autovacuum: 'off',
};

/** @param {Address} address @returns {Buffer} the StartupMessage of its user and database */
const startupOf = ({ username = SUPERUSER, path = username }) => {
  const body = Buffer.from(`user\0${username}\0database\0${path}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.writeUInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, body]);
};

/**
 * Succeeds once a session is open, or a password is asked for.
 * @param {Address} address
 */
const ready = (address) =>
  converse(
    address,
    startupOf(address),
    (received) => {
      // messages: one letter, a length that counts itself, the body
      for (let at = 0; at + 5 <= received.length;) {
        const kind = String.fromCharCode(received[at] ?? 0);
        const end = at + 1 + received.readUInt32BE(at + 1);
        if (end > received.length) return undefined;
        const body = received.subarray(at + 5, end);
        if (kind === 'E')
          throw new Error(
            body
              .toString()
              .split('\0')
              .find((field) => field.startsWith('M'))
              ?.slice(1),
          );
        if (kind === 'Z' || (kind === 'R' && body.readUInt32BE(0) !== 0)) return true;
        at = end;
      }
      return undefined;
    },
    { secure: false }, // plain text is always offered on loopback
  );

/** @type {ServerKind<PostgresqlOptions>} */
export const postgresql = {
  name: 'postgresql',
  description: 'PostgreSQL, a relational database',
  defaultPort: 5_432,
  packages: () => ['postgresql'],
  binaries: () => ['initdb', 'postgres'],
  directories: ['/usr/lib/postgresql/*/bin'],
  users: ['postgres'],
  deadline: 30_000,
  stopSignal: 'SIGINT', // "fast": sessions are ended, not waited for
  ready,

  async prepare({ options, directory, binaries, run, copy }) {
    if (options.tls !== undefined) {
      copy('ca.pem', options.tls.certificates.ca);
      copy('server.pem', options.tls.certificates.serverCertificate);
      copy('server.key', options.tls.certificates.serverKey);
    }
    await run({
      file: binaries['initdb'] ?? '',
      args: [
        '-D',
        `${directory}/data`,
        '-U',
        SUPERUSER,
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--no-locale',
        '--no-sync',
      ],
    });
  },

  command({ options, directory, host, port, binaries }) {
    const { certificates, requireClientCertificate } = options.tls ?? {};
    const settings = {
      ...FAST,
      listen_addresses: host,
      unix_socket_directories: directory,
      ...(certificates === undefined
        ? {}
        : { ssl: 'on', ssl_cert_file: `${directory}/server.pem`, ssl_key_file: `${directory}/server.key` }),
      ...(requireClientCertificate === true ? { ssl_ca_file: `${directory}/ca.pem` } : {}),
      ...options.settings,
    };
    return {
      file: binaries['postgres'] ?? '',
      args: [
        ...['-D', `${directory}/data`, '-p', String(port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ...(options.args ?? []),
      ],
    };
  },

  cleanUp: () => ({ file: '/bin/sh', args: ['-c', REMOVE_SHARED_MEMORY] }),

  address({ options, directory, host, port }) {
    return {
      host,
      port,
      socket: `${directory}/.s.PGSQL.${String(port)}`,
      username: SUPERUSER,
      path: 'postgres',
      ...(options.tls === undefined ? {} : { tls: clientTls(options.tls.certificates) }),
    };
  },

  url: (address) =>
    `postgresql://${userinfoOf(address)}${placeOf(address)}/${encodeURIComponent(address.path ?? '')}`,
};
