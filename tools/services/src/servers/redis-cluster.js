import { createHash } from 'node:crypto';
import { placeOf, userinfoOf } from '../address.js';
import { converse } from '../wire.js';

/** @import { Address } from '../address.js' */
/** @import { ServerContext, ServerKind } from '../kind.js' */

/**
 * @typedef {object} RedisClusterOptions
 * @property {readonly string[]} [configuration] more lines of every node's redis.conf
 */

const SLOTS = 16_384;

/** Ready is a node that knows all slots served. @param {Address} address */
const ready = (address) =>
  converse(address, 'CLUSTER INFO\r\n', (received) => {
    const state = /cluster_state:(\w+)/.exec(received.toString())?.[1];
    if (state === 'fail') throw new Error('not all slots of the cluster are served');
    return state;
  });

/** @param {ServerContext<RedisClusterOptions>} context @returns {{ id: string, place: string, slots: string, port: number, bus: number }[]} */
const nodesOf = ({ host, port, ports }) => {
  const places = [
    { port, bus: ports['bus'] ?? 0 },
    { port: ports['second'] ?? 0, bus: ports['secondBus'] ?? 0 },
    { port: ports['third'] ?? 0, bus: ports['thirdBus'] ?? 0 },
  ];
  /** @param {number} index */
  const firstSlot = (index) => Math.round((SLOTS * index) / places.length);
  return places.map((node, index) => ({
    ...node,
    id: createHash('sha1').update(String(node.port)).digest('hex'),
    place: `${host}:${String(node.port)}@${String(node.bus)}`,
    slots: `${String(firstSlot(index))}-${String(firstSlot(index + 1) - 1)}`,
  }));
};

/**
 * Three primaries in one, which die and freeze together; `ports.second` and `ports.third` are the other two's.
 * @type {ServerKind<RedisClusterOptions>}
 */
export const redisCluster = {
  name: 'redis-cluster',
  description: 'Redis Cluster of three primaries',
  defaultPort: 6_379,
  packages: () => ['redis-server'],
  binaries: () => ['redis-server'],
  users: ['redis'],
  extraPorts: ['second', 'third', 'bus', 'secondBus', 'thirdBus'],
  ready,

  prepare(context) {
    const { options, directory, host, write } = context;
    const nodes = nodesOf(context);
    for (const [index, { port, bus }] of nodes.entries()) {
      // the table of nodes as Redis itself keeps it: no client is needed to form the cluster
      const table = nodes.map(({ id, place, slots }, other) => {
        const flags = other === index ? 'myself,master' : 'master';
        return `${id} ${place} ${flags} - 0 0 ${String(other + 1)} connected ${slots}`;
      });
      const name = `node${String(index)}`;
      write(
        `${name}.nodes`,
        `${table.join('\n')}\nvars currentEpoch ${String(nodes.length)} lastVoteEpoch 0\n`,
      );
      const lines = [
        ...[
          `bind ${host}`,
          `port ${String(port)}`,
          `cluster-port ${String(bus)}`,
          `dir ${directory}`,
          'daemonize no',
        ],
        ...['save ""', 'appendonly no', 'cluster-enabled yes', `cluster-config-file ${name}.nodes`],
        ...(options.configuration ?? []),
      ];
      write(`${name}.conf`, `${lines.join('\n')}\n`);
    }
  },

  command: ({ options, directory, binaries }) => ({
    file: '/bin/sh',
    args: [
      ...[
        '-c',
        'server=$1; shift; "$server" node1.conf "$@" & "$server" node2.conf "$@" & exec "$server" node0.conf "$@"',
      ],
      ...['redis-cluster', binaries['redis-server'] ?? '', ...(options.args ?? [])],
    ],
    directory,
  }),

  address: ({ host, port }) => ({ host, port }),

  url: (address) => `redis://${userinfoOf(address)}${placeOf(address)}`,
};
