// One server with a health check of one kind; the clients run in a process of their own, so that only the server's
// processor time is counted.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const listen = async (server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
};
const check = async () => undefined;

/** Each answers with the port and the path to ask. */
const kinds = {
  raw: async () => {
    const { createHealth, HealthEndpoint } = await import('@oslofjord/healthcheck');
    const health = createHealth();
    await health.start();
    const { status, headers, body } = new HealthEndpoint(health).answer({
      method: 'GET',
      url: '/healthcheck',
      headers: {},
    });
    health.close();
    const server = createServer((_, response) => {
      response.writeHead(status, headers);
      response.end(body);
    });
    return { port: await listen(server), path: '/healthcheck' };
  },
  ours: async () => {
    const { attach, createHealth, HealthEndpoint } = await import('@oslofjord/healthcheck');
    const health = createHealth();
    for (const name of ['database', 'cache', 'queue']) {
      const component = health.component(name);
      for (let call = 0; call < 2; call += 1) component.ok(component.begin());
    }
    await health.start();
    const server = createServer((_, response) => response.end('the service'));
    attach(server, new HealthEndpoint(health));
    return { port: await listen(server), path: '/healthcheck' };
  },
  terminus: async () => {
    const { createTerminus } = await import('@godaddy/terminus');
    const server = createServer((_, response) => response.end('the service'));
    createTerminus(server, {
      healthChecks: { '/healthcheck': async () => Promise.all([check(), check(), check()]) },
      signals: [],
    });
    return { port: await listen(server), path: '/healthcheck' };
  },
  lightship: async () => {
    const { createLightship } = await import('lightship');
    const finder = createServer();
    const port = await listen(finder);
    await new Promise((resolve) => finder.close(resolve));
    const lightship = await createLightship({ port, detectKubernetes: false, terminate: () => undefined });
    lightship.signalReady();
    return { port, path: '/ready' };
  },
  'under-pressure': async () => {
    const { default: fastify } = await import('fastify');
    const { default: underPressure } = await import('@fastify/under-pressure');
    const app = fastify();
    await app.register(underPressure, {
      exposeStatusRoute: '/healthcheck',
      healthCheck: async () => {
        await Promise.all([check(), check(), check()]);
        return true;
      },
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: app.server.address().port, path: '/healthcheck' };
  },
  cloudnative: async () => {
    const { HealthChecker, ReadinessCheck } = await import('@cloudnative/health');
    const { ReadinessEndpoint } = await import('@cloudnative/health-connect');
    const checker = new HealthChecker();
    for (const name of ['database', 'cache', 'queue'])
      checker.registerReadinessCheck(new ReadinessCheck(name, check));
    const endpoint = ReadinessEndpoint(checker);
    return {
      port: await listen(createServer((request, response) => endpoint(request, response))),
      path: '/healthcheck',
    };
  },
  nest: async () => {
    await import('reflect-metadata');
    const { Controller, Get, Inject, Module } = await import('@nestjs/common');
    const { NestFactory } = await import('@nestjs/core');
    const { HealthCheckService, TerminusModule } = await import('@nestjs/terminus');
    class Health {
      constructor(service) {
        this.service = service;
      }
      check() {
        return this.service.check(
          ['database', 'cache', 'queue'].map((name) => async () => ({ [name]: { status: 'up' } })),
        );
      }
    }
    Inject(HealthCheckService)(Health, undefined, 0);
    Get()(Health.prototype, 'check', Object.getOwnPropertyDescriptor(Health.prototype, 'check'));
    Controller('healthcheck')(Health);
    class App {}
    Module({ imports: [TerminusModule], controllers: [Health] })(App);
    const app = await NestFactory.create(App, { logger: false });
    await app.listen(0, '127.0.0.1');
    return { port: app.getHttpServer().address().port, path: '/healthcheck' };
  },
};

const { port, path } = await kinds[process.argv[2]]();
const { status } = await fetch(`http://127.0.0.1:${port}${path}`);
const clients = fork(new URL('clients.js', import.meta.url).pathname, [String(port), path], {
  execArgv: [],
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
await once(clients, 'message');
const end = () => {
  clients.kill();
  process.kill(process.pid, 'SIGKILL');
};
process.stdin.once('end', end);
// Lightship keeps a process from seeing that its standard input has ended.
const idle = setTimeout(end, 30_000);
console.log(JSON.stringify({ answers: String(status) }));
for await (const line of createInterface({ input: process.stdin })) {
  idle.refresh();
  const before = process.cpuUsage();
  clients.send({ milliseconds: Number(line) });
  const [{ count }] = await once(clients, 'message');
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ count, cpuMicroseconds: user + system }));
}
