import { placeOf } from '../address.js';
import { answers, converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * Where things go in the configuration that a caller gives.
 * @typedef {object} HaproxyPlace
 * @property {string} host
 * @property {number} port that a frontend is to bind
 * @property {string} directory the server's folder
 */

/**
 * @typedef {object} HaproxyOptions
 * @property {(place: HaproxyPlace) => string} [configuration] `defaults`, `frontend` and `backend` sections; default one
 *   frontend that answers `GET /health`. The server's `socket` is HAProxy's runtime API.
 */

/** @param {HaproxyPlace} place */
const healthOnly = ({ host, port }) => `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend main
  bind ${host}:${String(port)}
  monitor-uri /health
`;

/** @param {Address} address */
const ready = ({ host, port, socket }) =>
  socket === undefined
    ? answers({ host, port }, '/health')
    : converse(
        { host, port: 0, socket },
        'show info\n',
        (received) => received.includes('Name: HAProxy') || undefined,
      );

/** @type {ServerKind<HaproxyOptions>} */
export const haproxy = {
  name: 'haproxy',
  description: 'HAProxy, a load balancer that checks health',
  defaultPort: 80,
  packages: () => ['haproxy'],
  binaries: () => ['haproxy'],
  users: ['haproxy'],
  ready,

  prepare({ options, directory, host, port, write }) {
    const place = { host, port, directory };
    write('global.cfg', `global\n  stats socket ${directory}/admin.sock mode 666 level admin\n`);
    write('haproxy.cfg', `${(options.configuration ?? healthOnly)(place).trim()}\n`);
  },

  command: ({ options, directory, binaries }) => ({
    file: binaries['haproxy'] ?? '',
    args: ['-db', '-f', `${directory}/global.cfg`, '-f', `${directory}/haproxy.cfg`, ...(options.args ?? [])],
  }),

  address: ({ directory, host, port }) => ({ host, port, socket: `${directory}/admin.sock` }),

  url: (address) => `http://${placeOf(address)}`,
};
