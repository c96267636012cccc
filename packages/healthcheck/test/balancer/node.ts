// One node behind the balancer: a service with health, described by its first argument, that says when it listens.
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { redis } from '../../src/checks.ts';
import { attach, Health, HealthEndpoint, Shutdown } from '../../src/index.ts';

const { port, name, file, redisPort, seen, latency } = JSON.parse(process.argv[2] ?? '{}') as {
  port: number;
  name: string;
  file?: string;
  redisPort?: number;
  seen: number;
  latency: number;
};

const health = new Health({
  tick: '100ms',
  fileInterval: '50ms',
  ...(file === undefined ? {} : { backends: ['disable_by_file'], disableByFilePath: file }),
});
const endpoint = new HealthEndpoint(health);
const client =
  redisPort === undefined
    ? undefined
    : new Redis(redisPort, '127.0.0.1', { maxRetriesPerRequest: 0, retryStrategy: () => 100 });
client?.on('error', () => undefined);
const dependency = client && health.component('redis', { ...redis(client), probeDeadline: '500ms' });
const work = async (): Promise<string> => {
  if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
  if (client !== undefined && dependency !== undefined) await dependency.track(async () => client.get('key'));
  return name;
};
const server = createServer((_, response) => {
  void work().then(
    (text) => response.end(text),
    () => response.writeHead(500).end(),
  );
});
attach(server, endpoint);
const shutdown = new Shutdown(endpoint, [server], {
  seen,
  hooks: [{ name: 'redis', run: () => client?.disconnect() }],
});
let isEnding = false;
// Not without its test.
process.once('disconnect', () => {
  if (!isEnding) process.exit(1);
});
shutdown.onSignals(['SIGTERM'], (report) => {
  isEnding = true;
  process.send?.({ report }, () => process.disconnect());
});
await health.start();
server.listen(port, '127.0.0.1', () => process.send?.({ listening: port }));
