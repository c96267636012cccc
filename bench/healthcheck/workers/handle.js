// The listener of a server, called with objects that are no sockets.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const check = async () => undefined;

const listeners = {
  ours: async () => {
    const { createHealth, HealthEndpoint, healthListener } = await import('@oslofjord/healthcheck');
    const health = createHealth();
    for (const name of ['database', 'cache', 'queue']) {
      const component = health.component(name);
      for (let call = 0; call < 2; call += 1) component.ok(component.begin());
    }
    await health.start();
    return healthListener(new HealthEndpoint(health));
  },
  terminus: async () => {
    const { createTerminus } = await import('@godaddy/terminus');
    // It wraps what is there before it.
    const server = createServer(() => undefined);
    createTerminus(server, {
      healthChecks: { '/healthcheck': async () => Promise.all([check(), check(), check()]) },
      signals: [],
    });
    const [listener] = server.listeners('request');
    return listener;
  },
  cloudnative: async () => {
    const { HealthChecker, ReadinessCheck } = await import('@cloudnative/health');
    const { ReadinessEndpoint } = await import('@cloudnative/health-connect');
    const checker = new HealthChecker();
    for (const name of ['database', 'cache', 'queue'])
      checker.registerReadinessCheck(new ReadinessCheck(name, check));
    return ReadinessEndpoint(checker);
  },
};

const listener = await listeners[process.argv[2]]();
const request = {
  method: 'GET',
  url: '/healthcheck',
  headers: { host: '127.0.0.1', accept: '*/*' },
  rawHeaders: ['Host', '127.0.0.1', 'Accept', '*/*'],
  socket: { remoteAddress: '127.0.0.1', localPort: 80 },
};
let onEnd = () => undefined;
const response = {
  status: 0,
  setHeader() {},
  writeHead(status) {
    response.status = status;
    return response;
  },
  write() {},
  end() {
    onEnd();
  },
  set statusCode(status) {
    response.status = status;
  },
};

/** Runs the handler so often; one that answers later is waited for. */
const run = (times) =>
  new Promise((resolve) => {
    let left = times;
    let isInside = false;
    let isDone = false;
    const next = () => {
      // A handler that answers at once is called in a loop, not from within itself.
      do {
        isDone = false;
        isInside = true;
        listener(request, response);
        isInside = false;
        if (!isDone) return;
        left -= 1;
      } while (left > 0);
      resolve();
    };
    onEnd = () => {
      if (isInside) {
        isDone = true;
        return;
      }
      left -= 1;
      if (left > 0) next();
      else resolve();
    };
    next();
  });

await run(1);
console.log(JSON.stringify({ answers: String(response.status) }));
for await (const line of createInterface({ input: process.stdin })) {
  const end = performance.now() + Number(line);
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() < end) {
    await run(1000);
    count += 1000;
  }
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ count, cpuMicroseconds: user + system }));
}
process.exit();
