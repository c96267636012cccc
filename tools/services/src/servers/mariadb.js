import { placeOf, userinfoOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} MariadbOptions
 * @property {Readonly<Record<string, string>>} [settings] of the server; they win over ours, which trade durability for speed
 */

const FAST = {
  'innodb-flush-log-at-trx-commit': '0',
  'innodb-buffer-pool-size': '32M',
  'innodb-log-file-size': '8M',
  'sync-binlog': '0',
  'host-cache-size': '0',
  'skip-name-resolve': '1',
};

/** The server speaks first: a packet (length of 3 bytes, number) of protocol 10. @param {Address} address */
const ready = (address) =>
  converse(address, '', (received) => {
    if (received.length < 5) return undefined;
    if (received[4] === 10) return true;
    throw new Error(`mariadb answered ${received.subarray(7).toString('latin1')}`);
  });

/** @type {ServerKind<MariadbOptions>} */
export const mariadb = {
  name: 'mariadb',
  description: 'MariaDB, a relational database; stands for MySQL',
  defaultPort: 3_306,
  packages: () => ['mariadb-server'],
  binaries: () => ['mariadbd', 'mariadb-install-db'],
  users: ['mysql'],
  deadline: 30_000,
  grace: 10_000,
  ready,

  prepare: ({ directory, binaries, run }) =>
    run({
      file: binaries['mariadb-install-db'] ?? '',
      args: [
        ...['--no-defaults', `--datadir=${directory}/data`, '--skip-test-db'],
        '--auth-root-authentication-method=normal',
      ],
    }),

  command: ({ options, directory, host, port, binaries }) => ({
    file: binaries['mariadbd'] ?? '',
    args: [
      ...['--no-defaults', `--datadir=${directory}/data`, `--socket=${directory}/mariadb.sock`],
      ...[`--bind-address=${host}`, `--port=${String(port)}`, `--pid-file=${directory}/mariadb.pid`],
      ...Object.entries({ ...FAST, ...options.settings }).map(([name, value]) => `--${name}=${value}`),
      ...(options.args ?? []),
    ],
  }),

  address: ({ directory, host, port }) => ({
    host,
    port,
    socket: `${directory}/mariadb.sock`,
    username: 'root',
    path: 'mysql',
  }),

  url: (address) =>
    `mysql://${userinfoOf(address)}${placeOf(address)}/${encodeURIComponent(address.path ?? '')}`,
};
