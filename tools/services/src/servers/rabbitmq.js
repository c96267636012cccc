import { placeOf, userinfoOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} RabbitmqOptions
 * @property {readonly string[]} [configuration] more lines of rabbitmq.conf
 * @property {readonly string[]} [plugins] to enable, as `rabbitmq_management`
 */

const AMQP_0_9_1 = Uint8Array.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
/** Of a frame: a method on channel 0, of class 10 (connection), number 10 (start). */
const CONNECTION_START = { type: 1, classAndMethod: 0x000a_000a };

/** The broker introduces itself once it has booted. @param {Address} address */
const ready = (address) =>
  converse(address, AMQP_0_9_1, (received) => {
    if (received.length < 11) return undefined;
    const isStart =
      received[0] === CONNECTION_START.type && received.readUInt32BE(7) === CONNECTION_START.classAndMethod;
    if (!isStart) throw new Error('what answers does not speak AMQP 0-9-1');
    return true;
  });

/** @type {ServerKind<RabbitmqOptions>} */
export const rabbitmq = {
  name: 'rabbitmq',
  description: 'RabbitMQ, a message broker',
  defaultPort: 5_672,
  packages: () => ['rabbitmq-server'],
  // the one in /usr/sbin insists on changing the user itself
  binaries: () => ['rabbitmq-server'],
  directories: ['/usr/lib/rabbitmq/bin'],
  users: ['rabbitmq'],
  extraPorts: ['distribution', 'portMapper'],
  deadline: 60_000,
  ready,

  prepare({ options, host, port, write }) {
    write(
      'rabbitmq.conf',
      [`listeners.tcp.local = ${host}:${String(port)}`, ...(options.configuration ?? []), ''].join('\n'),
    );
    write('enabled_plugins', `[${(options.plugins ?? []).join(',')}].\n`);
  },

  command: ({ options, directory, host, ports, binaries }) => ({
    file: binaries['rabbitmq-server'] ?? '',
    args: options.args ?? [],
    environment: {
      RABBITMQ_NODENAME: `oslofjord${String(ports['distribution'])}@localhost`,
      RABBITMQ_CONFIG_FILE: `${directory}/rabbitmq.conf`,
      RABBITMQ_CONF_ENV_FILE: `${directory}/none.conf`,
      RABBITMQ_ADVANCED_CONFIG_FILE: `${directory}/none.config`,
      RABBITMQ_ENABLED_PLUGINS_FILE: `${directory}/enabled_plugins`,
      RABBITMQ_MNESIA_BASE: `${directory}/data`,
      RABBITMQ_LOG_BASE: `${directory}/log`,
      RABBITMQ_LOGS: '-',
      RABBITMQ_PID_FILE: `${directory}/rabbitmq.pid`,
      RABBITMQ_DIST_PORT: String(ports['distribution']),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      ERL_EPMD_PORT: String(ports['portMapper']),
      ERL_EPMD_ADDRESS: host,
    },
  }),

  address: ({ host, port }) => ({ host, port, username: 'guest', password: 'guest' }),

  url: (address) =>
    `${address.tls === undefined ? 'amqp' : 'amqps'}://${userinfoOf(address)}${placeOf(address)}${
      address.path === undefined ? '' : `/${encodeURIComponent(address.path)}`
    }`,
};
