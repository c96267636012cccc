import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer, type Server } from '@oslofjord/services';
import { build } from 'esbuild';
import type { ShutdownReport } from '../../src/index.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

export const sleep = async (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** A node behind the balancer. */
export interface Node {
  readonly name: string;
  readonly child: ChildProcess;
  /** How its shutdown went; resolves when it told. */
  readonly report: Promise<ShutdownReport>;
  /** Resolves with the exit code. */
  readonly exit: Promise<number | null>;
}

/** The program of a node, built once. */
export const buildNode = async (): Promise<{ path: string; remove: () => void }> => {
  const directory = mkdtempSync(join(HERE, '../../.balancer-'));
  const path = join(directory, 'node.mjs');
  await build({
    entryPoints: [join(HERE, 'node.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@oslofjord/source'],
    external: ['ioredis'],
    logLevel: 'error',
  });
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
};

export const startNode = async (
  program: string,
  options: Readonly<Record<string, unknown>> & { name: string; port: number },
): Promise<Node> => {
  const child = fork(program, [JSON.stringify({ seen: 2, latency: 5, ...options })]);
  const report = new Promise<ShutdownReport>((resolve) => {
    child.on('message', (message: { report?: ShutdownReport }) => {
      if (message.report !== undefined) resolve(message.report);
    });
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await once(child, 'message');
  return { name: options.name, child, report, exit };
};

/** HAProxy before two nodes; `inter` in milliseconds. */
export const startBalancer = async (ports: readonly number[], inter: number, fall: number): Promise<Server> =>
  startServer('haproxy', {
    configuration: ({ host, port }) => `
defaults
  mode http
  timeout connect 2s
  timeout client 20s
  timeout server 20s
  timeout check 5s
  retries 0
frontend main
  bind ${host}:${String(port)}
  default_backend nodes
backend nodes
  balance roundrobin
  option httpchk GET /healthcheck
  http-check expect status 200
  default-server check inter ${String(inter)}ms fall ${String(fall)} rise 2
${ports.map((own, index) => `  server ${index === 0 ? 'a' : 'b'} 127.0.0.1:${String(own)}`).join('\n')}
`,
  });

/** The states of the balancer's servers, by name. */
export const states = async (balancer: Server): Promise<Record<string, string>> =>
  new Promise((resolve, reject) => {
    const socket = connect(balancer.socket ?? '', () => socket.write('show stat\n'));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', reject);
    socket.on('end', () => {
      const [head = '', ...rows] = received.trim().split('\n');
      const keys = head.replace('# ', '').split(',');
      const [name, server, status] = ['pxname', 'svname', 'status'].map((key) => keys.indexOf(key)) as [
        number,
        number,
        number,
      ];
      const found = rows.map((row) => row.split(',')).filter((row) => row[name] === 'nodes');
      resolve(Object.fromEntries(found.map((row) => [row[server] ?? '', row[status] ?? ''])));
    });
  });

export const untilState = async (
  balancer: Server,
  name: string,
  isUp: boolean,
  atMost = 20_000,
): Promise<number> => {
  const begun = performance.now();
  while (performance.now() - begun < atMost) {
    // 'UP 1/2' is a server on its way down: it still gets requests.
    if ((await states(balancer))[name]?.startsWith('UP') === isUp) return performance.now() - begun;
    await sleep(5);
  }
  throw new Error(
    `${name} did not become ${isUp ? 'up' : 'down'}: ${JSON.stringify(await states(balancer))}`,
  );
};

/** Clients that ask without end, each over a connection that it keeps. */
export class Load {
  readonly failures: string[] = [];
  served: Record<string, number> = {};
  #isOver = false;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #clients: Promise<void>[];

  constructor(port: number, clients = 32) {
    this.#clients = Array.from({ length: clients }, async () => {
      while (!this.#isOver) {
        await this.#one(port);
        await sleep(4);
      }
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  get total(): number {
    return Object.values(this.served).reduce((sum, count) => sum + count, 0);
  }

  async #one(port: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const fail = (error: { code?: string }): void => {
        this.failures.push(error.code ?? 'error');
        resolve();
      };
      get({ host: '127.0.0.1', port, path: '/', agent: this.#agent }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', fail);
        response.on('end', () => {
          if (response.statusCode === 200) this.served[text] = (this.served[text] ?? 0) + 1;
          else this.failures.push(String(response.statusCode));
          resolve();
        });
      }).on('error', fail);
    });
  }
}

/** The longest that this machine kept a timer waiting: what every time measured may be late by. */
export const watchPauses = (): { worst: () => number; end: () => void } => {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 10);
    last = now;
  }, 10);
  return { worst: () => worst, end: () => clearInterval(timer) };
};
