import { placeOf, userinfoOf } from '../address.js';
import { answers } from '../wire.js';

/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} PrometheusOptions
 * @property {string} [configuration] prometheus.yml; default an empty one. It may be changed later: the folder's
 *   `prometheus.yml` is read again at `POST /-/reload`
 */

/** @type {ServerKind<PrometheusOptions>} */
export const prometheus = {
  name: 'prometheus',
  description: 'Prometheus, which scrapes and stores metrics',
  defaultPort: 9_090,
  packages: () => ['prometheus'],
  binaries: () => ['prometheus'],
  users: ['prometheus'],
  ready: (address) => answers(address, '/-/ready'),

  prepare({ options, write }) {
    write('prometheus.yml', options.configuration ?? '');
  },

  command: ({ options, directory, host, port, binaries }) => ({
    file: binaries['prometheus'] ?? '',
    args: [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      `--web.listen-address=${host}:${String(port)}`,
      '--web.enable-lifecycle',
      ...(options.args ?? []),
    ],
  }),

  address: ({ host, port }) => ({ host, port }),

  url: (address) =>
    `${address.tls === undefined ? 'http' : 'https'}://${userinfoOf(address)}${placeOf(address)}`,
};
