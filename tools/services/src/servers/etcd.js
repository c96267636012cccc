import { clientTls } from '../certificates.js';
import { placeOf, userinfoOf } from '../address.js';
import { answers } from '../wire.js';

/** @import { TlsOptions } from '../certificates.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} EtcdOptions
 * @property {TlsOptions} [tls] for clients
 */

/** @type {ServerKind<EtcdOptions>} */
export const etcd = {
  name: 'etcd',
  description: 'etcd, a key-value store',
  defaultPort: 2_379,
  packages: () => ['etcd-server'],
  binaries: () => ['etcd'],
  users: ['etcd'],
  extraPorts: ['peer'],
  ready: (address) => answers(address, '/health'),

  prepare({ options, copy }) {
    if (options.tls === undefined) return;
    copy('ca.pem', options.tls.certificates.ca);
    copy('server.pem', options.tls.certificates.serverCertificate);
    copy('server.key', options.tls.certificates.serverKey);
  },

  command({ options, directory, host, port, ports, binaries }) {
    const { tls, args } = options;
    const client = `${tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`;
    const peer = `http://${host}:${String(ports['peer'])}`;
    return {
      file: binaries['etcd'] ?? '',
      args: [
        ...['--name', 'default', '--data-dir', `${directory}/data`, '--unsafe-no-fsync'],
        ...['--listen-client-urls', client, '--advertise-client-urls', client],
        ...[
          '--listen-peer-urls',
          peer,
          '--initial-advertise-peer-urls',
          peer,
          '--initial-cluster',
          `default=${peer}`,
        ],
        ...(tls === undefined
          ? []
          : ['--cert-file', `${directory}/server.pem`, '--key-file', `${directory}/server.key`]),
        ...(tls?.requireClientCertificate === true
          ? ['--client-cert-auth', '--trusted-ca-file', `${directory}/ca.pem`]
          : []),
        ...(args ?? []),
      ],
    };
  },

  address: ({ options, host, port }) => ({
    host,
    port,
    ...(options.tls === undefined ? {} : { tls: clientTls(options.tls.certificates) }),
  }),

  url: (address) =>
    `${address.tls === undefined ? 'http' : 'https'}://${userinfoOf(address)}${placeOf(address)}`,
};
