import { placeOf, userinfoOf } from '../address.js';
import { ping } from './redis.js';

/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} RedisSentinelOptions
 * @property {readonly { host: string, port: number }[]} [primaries] Redis servers to watch, known as `mymaster`, `mymaster1`, …
 * @property {number} [quorum] sentinels that must agree that a primary is gone; default 1
 * @property {number} [downAfter] milliseconds without an answer after which it is gone; default 500
 * @property {string} [password] that the watched servers require
 * @property {readonly string[]} [configuration] more lines of sentinel.conf
 */

/** @type {ServerKind<RedisSentinelOptions>} */
export const redisSentinel = {
  name: 'redis-sentinel',
  description: 'Redis Sentinel, which watches primaries and promotes replicas',
  defaultPort: 26_379,
  packages: () => ['redis-server'],
  binaries: () => ['redis-server'],
  users: ['redis'],
  ready: ping,

  prepare({ options, directory, host, port, write }) {
    const { primaries = [], quorum = 1, downAfter = 500, password, configuration = [] } = options;
    const watched = primaries.flatMap((primary, index) => {
      const name = `mymaster${index === 0 ? '' : String(index)}`;
      return [
        `sentinel monitor ${name} ${primary.host} ${String(primary.port)} ${String(quorum)}`,
        `sentinel down-after-milliseconds ${name} ${String(downAfter)}`,
        `sentinel failover-timeout ${name} ${String(downAfter * 4)}`,
        ...(password === undefined ? [] : [`sentinel auth-pass ${name} ${password}`]),
      ];
    });
    const lines = [
      `bind ${host}`,
      `port ${String(port)}`,
      `dir ${directory}`,
      'daemonize no',
      ...watched,
      ...configuration,
    ];
    write('sentinel.conf', `${lines.join('\n')}\n`);
  },

  command: ({ options, directory, binaries }) => ({
    file: binaries['redis-server'] ?? '',
    args: [`${directory}/sentinel.conf`, '--sentinel', ...(options.args ?? [])],
  }),

  address: ({ host, port }) => ({ host, port }),

  url: (address) => `redis://${userinfoOf(address)}${placeOf(address)}`,
};
