// A service of several processes: the primary forks as many as its first argument says, and tells its parent what happens.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { CrewLead, CrewMember } from '../../src/crew.ts';
import { attach, Health, HealthEndpoint } from '../../src/index.ts';

if (cluster.isPrimary) {
  const lead = new CrewLead();
  for (let index = 0; index < Number(process.argv[2]); index += 1) {
    const worker = cluster.fork();
    const remove = lead.add(worker);
    worker.on('exit', remove);
    worker.on('message', (message: { port?: number }) => {
      if (message.port !== undefined) process.send?.(message);
    });
  }
  process.on('message', (message) => {
    if (message === 'count') process.send?.({ count: lead.count });
    else for (const worker of Object.values(cluster.workers ?? {})) worker?.send(message as object);
  });
} else {
  const member = new CrewMember(process);
  const health = new Health({
    tick: '20ms',
    backends: ['workers'],
    plugins: { workers: () => member.backend },
  });
  const component = health.component('database', { failAfter: 1, passAfter: 1 });
  const server = createServer((_, response) => response.end(String(process.pid)));
  attach(server, new HealthEndpoint(health));
  await health.start();
  component.ok(component.begin());
  member.join(health);
  process.on('message', (message: { fail?: number; mend?: number; exit?: number }) => {
    if (message.fail === process.pid) component.fail(component.begin());
    if (message.mend === process.pid) component.ok(component.begin());
    if (message.exit === process.pid) process.exit(1);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address() as { port: number };
    process.send?.({ port: address.port, pid: process.pid });
  });
}
