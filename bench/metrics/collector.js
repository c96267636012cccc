import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHON = "Debian's oslo.metrics 0.5.0, its receiving loop";
const OURS = '@oslofjord/metrics, collector, datagrams';
const STREAM = '@oslofjord/metrics, collector, stream of a Node.js service';
const flood = fileURLToPath(new URL('workers/flood.js', import.meta.url));

/** Runs a command where a kernel's queue of datagrams has another length. @param {number} length */
const withQueue = (length) => [
  'unshare',
  '--net',
  'sh',
  '-c',
  `echo ${String(length - 1)} > /proc/sys/net/unix/max_dgram_qlen && exec "$@"`,
  'sh',
];

const canUnshare =
  spawnSync('unshare', ['--net', 'sh', '-c', 'echo 511 > /proc/sys/net/unix/max_dgram_qlen']).status === 0;

/** @param {string[]} prefix */
const contenders = (prefix) => [
  {
    name: PYTHON,
    command: [...prefix, '/usr/bin/python3', 'metrics/workers/collector.py', process.execPath, flood],
  },
  { name: OURS, command: [...prefix, process.execPath, 'metrics/workers/collector.js', 'datagram'] },
];

const METHOD =
  'Messages a second, on the wall, of 354 that real calls over RabbitMQ brought about, sent over and over by one sender that waits where there is no room. What is shown after each message once is the same. Python logs nothing; ours has validation, limits and its own metrics on.';

/** Rows of the collector. */
export const collector = [
  {
    title: 'A collector whose kernel queue has 11 places',
    unit: 'messages per second',
    method: METHOD,
    contenders: [
      ...contenders([]),
      { name: STREAM, command: [process.execPath, 'metrics/workers/collector.js', 'stream'] },
    ],
    rows: [
      { name: 'datagrams, 11 places, against oslo.metrics', ours: OURS, peer: PYTHON, target: 1.5 },
      { name: 'the stream against oslo.metrics', ours: STREAM, peer: PYTHON, target: 10 },
    ],
  },
  ...(canUnshare
    ? [
        {
          title: 'A collector whose kernel queue has 512 places',
          unit: 'messages per second',
          method: METHOD,
          contenders: contenders(withQueue(512)),
          rows: [
            { name: 'datagrams, 512 places, against oslo.metrics', ours: OURS, peer: PYTHON, target: 2.5 },
          ],
        },
      ]
    : []),
];
