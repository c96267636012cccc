import { placeOf } from '../address.js';
import { answers } from '../wire.js';

/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} KeystoneOptions
 * @property {'flat' | 'strict_two_level'} [enforcementModel] of unified limits; default flat
 * @property {number} [tokenExpiration] seconds; default 3600
 * @property {number} [listLimit] longest list in an answer; default none
 * @property {Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>} [settings] more of
 *   keystone.conf: section → option → value
 * @property {'announced' | 'silent' | 'keep-alive'} [connections] after an answer the connection is closed and that is
 *   announced (default); closed without a word, as Debian packages it; or kept
 * @property {number} [processes] default 1
 * @property {number} [threads] of each; default 2
 */

/** Of the user `admin` (project `admin`, role `admin` on it and on the system). */
const ADMIN_PASSWORD = 'oslofjord';

/** Readers and the writer of a request wait on each other for 5 s in SQLite's default journal. */
const WRITE_AHEAD = `import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode=WAL')`;

/**
 * The sections of an oslo configuration file.
 * @param {Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>} sections
 * @returns {string}
 */
export const ini = (sections) =>
  Object.entries(sections)
    .map(([section, options]) => {
      const lines = Object.entries(options).map(([name, value]) => `${name} = ${String(value)}\n`);
      return `[${section}]\n${lines.join('')}`;
    })
    .join('');

/** Debian's Python, whatever comes first in PATH. */
export const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * uwsgi's arguments for one WSGI program on one address.
 * @param {string} program
 * @param {string} place
 * @param {{ connections?: KeystoneOptions['connections'], processes?: number, threads?: number }} options
 * @returns {string[]}
 */
export const uwsgiArguments = (program, place, { connections = 'announced', processes = 1, threads = 2 }) => [
  ...{
    announced: ['--http-socket', place, '--add-header', 'Connection: close'],
    silent: ['--http-socket', place],
    'keep-alive': ['--plugins', 'http', '--http', place, '--http-keepalive=75', '--http-auto-chunked'],
  }[connections],
  ...['--master', '--need-app', '--lazy-apps', '--die-on-term', '--enable-threads', '--buffer-size', '65535'],
  ...['--processes', String(processes), '--threads', String(threads), '--wsgi-file', program],
];

/** @type {ServerKind<KeystoneOptions>} */
export const keystone = {
  name: 'keystone',
  description: 'Keystone, OpenStack’s identity service, on SQLite',
  defaultPort: 5_000,
  packages: () => ['keystone', 'uwsgi-core', 'uwsgi-plugin-python3'],
  binaries: () => ['keystone-manage', 'keystone-wsgi-public', 'uwsgi_python3', 'python3'],
  directories: ['/usr/bin'],
  users: ['keystone'],
  deadline: 60_000,
  ready: (address) => answers(address, '/v3'),

  async prepare({ options, directory, host, port, binaries, run, write }) {
    const base = `http://${host}:${String(port)}`;
    const sections = {
      DEFAULT: { use_stderr: true, public_endpoint: `${base}/` },
      database: { connection: `sqlite:///${directory}/keystone.sqlite`, sqlite_synchronous: false },
      cache: { enabled: false },
      token: { provider: 'fernet', expiration: options.tokenExpiration ?? 3_600 },
      fernet_tokens: { key_repository: `${directory}/fernet` },
      fernet_receipts: { key_repository: `${directory}/fernet` },
      credential: { key_repository: `${directory}/credential` },
      oslo_policy: { policy_dirs: `${directory}/policy.d` },
      unified_limit: {
        enforcement_model: options.enforcementModel ?? 'flat',
        ...(options.listLimit === undefined ? {} : { list_limit: options.listLimit }),
      },
    };
    const configuration = write('keystone.conf', ini(sections) + ini(options.settings ?? {}));
    const environment = { PATH: SYSTEM_PATH };
    /** @param {readonly string[]} args */
    const manage = (...args) =>
      run({
        file: binaries['keystone-manage'] ?? '',
        args: ['--config-file', configuration, ...args],
        environment,
      });
    await run({ file: '/bin/mkdir', args: ['-m', '700', 'fernet', 'credential', 'policy.d'] });
    await manage('db_sync');
    await run({ file: binaries['python3'] ?? '', args: ['-c', WRITE_AHEAD, `${directory}/keystone.sqlite`] });
    await manage('fernet_setup');
    await manage('credential_setup');
    const urls = ['admin', 'public', 'internal'].flatMap((kind) => [`--bootstrap-${kind}-url`, `${base}/v3`]);
    await manage(
      'bootstrap',
      '--bootstrap-password',
      ADMIN_PASSWORD,
      '--bootstrap-region-id',
      'RegionOne',
      ...urls,
    );
  },

  command: ({ options, directory, host, port, binaries }) => ({
    file: binaries['uwsgi_python3'] ?? '',
    args: [
      ...uwsgiArguments(binaries['keystone-wsgi-public'] ?? '', `${host}:${String(port)}`, options),
      ...(options.args ?? []),
    ],
    environment: { PATH: SYSTEM_PATH, OS_KEYSTONE_CONFIG_FILES: `${directory}/keystone.conf` },
  }),

  address: ({ host, port }) => ({ host, port, username: 'admin', password: ADMIN_PASSWORD, path: 'v3' }),

  url: (address) => `${address.tls === undefined ? 'http' : 'https'}://${placeOf(address)}/v3`,
};
