import { placeOf, userinfoOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} NatsOptions
 * @property {readonly string[]} [configuration] lines of the configuration file
 */

/** @type {ServerKind<NatsOptions>} */
export const nats = {
  name: 'nats',
  description: 'NATS, a message broker',
  defaultPort: 4_222,
  packages: () => ['nats-server'],
  binaries: () => ['nats-server'],
  users: ['nats'],

  // the server speaks first, about itself
  ready: (address) =>
    converse(address, '', (received) => {
      if (received.length < 5) return undefined;
      if (!received.toString('latin1').startsWith('INFO '))
        throw new Error('what answers does not speak NATS');
      return received.includes('\r\n') ? true : undefined;
    }),

  prepare({ options, write }) {
    write('nats.conf', [...(options.configuration ?? []), ''].join('\n'));
  },

  command: ({ options, directory, host, port, binaries }) => ({
    file: binaries['nats-server'] ?? '',
    args: [
      ...['--addr', host, '--port', String(port), '--config', `${directory}/nats.conf`],
      ...(options.args ?? []),
    ],
  }),

  address: ({ host, port }) => ({ host, port }),

  url: (address) =>
    `${address.tls === undefined ? 'nats' : 'tls'}://${userinfoOf(address)}${placeOf(address)}`,
};
