import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverOrSkip } from '@oslofjord/services';
import { prepareKeystone } from './keystone.js';
import { projects, registered, requests, USED } from './workload.js';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-bench-'));
const workload = join(directory, 'workload.json');
writeFileSync(workload, JSON.stringify({ registered, projects, requests, used: USED }));
const { server: redis } = await serverOrSkip('redis');
const { configuration, task } = await prepareKeystone(directory);

const worker = (name, ...words) => [process.execPath, `limit/workers/${name}.js`, ...words];
const python = (name, ...words) => ['/usr/bin/python3', `limit/workers/${name}.py`, ...words];
const PYTHON = "Debian's oslo.limit 2.0.1";
const OURS = '@oslofjord/limit';
const PEER = 'rate-limiter-flexible 11.4.0, three limiters';
const CLAIM = '@oslofjord/limit, one claim';

const claims = (title, words, target) => ({
  title,
  method:
    'Three resources of one project are taken and given back, by 16 loops side by side. Ours are two atomic steps; the limiters are consumed at once, then rewarded at once, and not atomically. Twelve attempts where ten fit are granted ten times first.',
  contenders: [
    { name: PEER, command: worker('rate-limiter', ...words) },
    { name: CLAIM, command: worker('claims', ...words) },
  ],
  rows: [{ name: `${title}, against rate-limiter-flexible`, ours: CLAIM, peer: PEER, target }],
});

export const bench = [
  {
    title: 'Warm enforce of 10 resources',
    method:
      'Processor time of 512 requests by 64 projects with limits of their own, one in 64 over; usage is a constant. Both have all limits cached.',
    contenders: [
      { name: PYTHON, command: python('enforce', workload) },
      { name: OURS, command: worker('enforce') },
    ],
    rows: [{ name: 'warm enforce against oslo.limit', ours: OURS, peer: PYTHON, target: 5 }],
  },
  {
    title: 'An enforcer per request, 10 resources, no limits of the project',
    method:
      'Time on the wall with one Keystone; tokens are kept by both. It is as many requests to Keystone as each makes.',
    contenders: [
      { name: PYTHON, command: python('per-request', configuration, task) },
      { name: OURS, command: worker('per-request', task) },
    ],
    rows: [{ name: 'an enforcer per request against oslo.limit', ours: OURS, peer: PYTHON, target: 5 }],
  },
  claims('A claim of three resources in memory', [], 2),
  ...(redis === undefined ? [] : [claims('A claim of three resources on Redis', [redis.url], 2)]),
];
