import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withServer, type Server } from '@oslofjord/services';
import { Child } from './child.ts';
import { bootstrapCloud, PASSWORD, SERVICE_USER, type Cloud } from './cloud.ts';
import type { Outcome } from '../tour.ts';

/** The programs that run, as files that Node.js takes. */
export interface Programs {
  readonly service: string;
  /** `oslofjord-metrics` */
  readonly collector: string;
  /** `oslofjord-limit` */
  readonly limit: string;
}

/** One of the HTTP workers behind the balancer. */
export interface Node extends Child {
  readonly address: string;
  /** Draining it means making this file. */
  readonly disableFile: string;
}

class ApiNode extends Child implements Node {
  readonly address: string;
  readonly disableFile: string;

  constructor(
    name: string,
    {
      port,
      folder,
      programs,
      hasConsole,
    }: { port: number; folder: string; programs: Programs; hasConsole: boolean },
  ) {
    const disableFile = join(folder, `${name}.disabled`);
    super(name, {
      file: programs.service,
      words: ['api', '--config-file', join(folder, 'volume-service.conf')],
      environment: {
        OS_DEFAULT__BIND_PORT: String(port),
        OS_DEFAULT__CONSOLE: String(hasConsole),
        OS_HEALTHCHECK__DISABLE_BY_FILE_PATH: disableFile,
        OS_OSLO_MESSAGING_METRICS__METRICS_PROCESS_NAME: name,
      },
    });
    this.address = `http://127.0.0.1:${String(port)}`;
    this.disableFile = disableFile;
  }
}

/** The servers that the service stands on. */
export interface Servers {
  readonly postgresql: Server;
  /** memcached, or Redis. */
  readonly cache: Server;
  readonly keystone: Server;
  readonly rabbitmq: Server;
}

/** Ports for servers that are started later; nobody else takes them as long as nobody else asks for the same. */
const freePorts = async (count: number): Promise<number[]> => {
  const held = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(held.map((server) => once(server, 'listening')));
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  for (const server of held) server.close();
  return ports;
};

const ini = (sections: Readonly<Record<string, Readonly<Record<string, string>>>>): string =>
  Object.entries(sections)
    .map(([section, options]) => {
      const lines = Object.entries(options).map(([name, value]) => `${name} = ${value}\n`);
      return `[${section}]\n${lines.join('')}`;
    })
    .join('\n');

/** What the processes of the service are told: everything that makes the parts real stands here. */
const configurationOf = ({ postgresql, cache, keystone, rabbitmq }: Servers, folder: string): string =>
  ini({
    DEFAULT: { bind_host: '127.0.0.1', transport_url: rabbitmq.url.replace('amqp:', 'rabbit:') },
    database: { connection: postgresql.url },
    cache: { enabled: 'true', ...cacheOptionsOf(cache) },
    keystone_authtoken: {
      auth_url: keystone.url,
      username: SERVICE_USER,
      password: PASSWORD,
      memcache_secret_key: 'known to the workers only',
    },
    oslo_limit: {
      ...credentialsOf(keystone.url, SERVICE_USER, PASSWORD),
      endpoint_service_type: 'volumev3',
      endpoint_region_name: 'RegionOne',
    },
    oslo_policy: { policy_file: 'policy.yaml', policy_dirs: 'policy.d', enforce_new_defaults: 'true' },
    oslo_messaging_metrics: {
      metrics_enabled: 'true',
      metrics_socket_file: join(folder, 'collector.sock'),
      metrics_process_name: 'volume-service',
    },
    metrics: { directory: join(folder, 'metrics') },
    healthcheck: { backends: 'disable_by_file' },
  });

const cacheOptionsOf = ({ name, host, port }: Server): Record<string, string> => {
  const place = `${host}:${String(port)}`;
  return name === 'redis'
    ? { backend: 'dogpile.cache.redis', redis_server: place }
    : { backend: 'dogpile.cache.pymemcache', memcache_servers: place };
};

const credentialsOf = (url: string, username: string, password: string): Record<string, string> => ({
  ...{ auth_url: url, auth_type: 'password', username, password, timeout: '4' },
  ...{ user_domain_name: 'Default', system_scope: 'all', endpoint_override: url },
});

/** How long the balancer needs to take a node in again: two polls, and some time. */
const SEEN_BY_BALANCER_MILLISECONDS = 800;

/** The balancer asks each node whether it is ready, and a request that a node has not answered is answered by it. */
const balancerOf =
  (nodes: readonly Node[]) =>
  ({ host, port }: { host: string; port: number }): string => `
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 14s
  timeout queue 5s
  timeout check 1s
  # Where a node dies over a request, HAProxy answers 502 only if it was the first of its client's connection; after
  # later ones it closes the connection without a word, so that the client asks again. So each request has its own.
  option httpclose
  option redispatch 1
  retries 3
  retry-on conn-failure empty-response
frontend volumes
  bind ${host}:${String(port)}
  default_backend nodes
backend nodes
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz
  http-check expect status 200
  # A request that changes something is sent once: whoever sent it decides whether to send it again.
  http-request disable-l7-retry unless METH_GET
  default-server check inter 250ms fall 2 rise 2
${nodes.map(({ name, address }) => `  server ${name} ${new URL(address).host}`).join('\n')}
`;

const until = async (what: string, isSo: () => Promise<boolean>, atMost = 30_000): Promise<void> => {
  const end = performance.now() + atMost;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error(`${what}: not after ${String(atMost / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const isReady = async (address: string): Promise<boolean> =>
  (await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2000) })).status === 200;

/** Runs a program to its end. @throws Error with what it wrote, when its status is not 0 */
const run = async (file: string, words: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => (written[stream] += chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${file} ${words.join(' ')}: ${written.stderr}${written.stdout}`);
  return written.stdout;
};

/** What is started. */
export interface DeploymentOptions {
  readonly programs: Programs;
  /** The service's folder with `etc`. */
  readonly source: string;
  /** @default 'memcached' */
  readonly cache?: 'memcached' | 'redis';
  /** Whether the first HTTP worker has a console. @default true */
  readonly hasConsole?: boolean;
  /** Told what happens next. */
  readonly progress?: (what: string) => void;
}

/** The service on real parts: two HTTP workers behind HAProxy, one that makes volumes, the collector, Prometheus. */
export class Deployment {
  readonly folder: string;
  readonly servers: Servers;
  readonly cloud: Cloud;
  readonly nodes: readonly Node[];
  readonly worker: Child;
  readonly collector: Child;
  readonly balancer: Server;
  readonly prometheus: Server;
  /** The collector's page. */
  readonly collectorUrl: string;
  readonly #stopped: Server[];

  private constructor(parts: {
    folder: string;
    servers: Servers;
    cloud: Cloud;
    nodes: readonly Node[];
    worker: Child;
    collector: Child;
    collectorUrl: string;
    balancer: Server;
    prometheus: Server;
  }) {
    this.folder = parts.folder;
    this.servers = parts.servers;
    this.cloud = parts.cloud;
    this.nodes = parts.nodes;
    this.worker = parts.worker;
    this.collector = parts.collector;
    this.collectorUrl = parts.collectorUrl;
    this.balancer = parts.balancer;
    this.prometheus = parts.prometheus;
    const { postgresql, cache, keystone, rabbitmq } = parts.servers;
    this.#stopped = [parts.prometheus, parts.balancer, postgresql, cache, keystone, rabbitmq];
  }

  /** The address that lets its reader into the console of the first HTTP worker; undefined where there is none. */
  get console(): string | undefined {
    return /^its console, .*: (http\S+)$/m.exec(this.nodes[0]?.log ?? '')?.[1];
  }

  get policyFile(): string {
    return join(this.folder, 'policy.yaml');
  }

  /** Starts everything, and takes down what runs already where something fails. */
  static async start({
    programs,
    source,
    cache: cacheName = 'memcached',
    hasConsole = true,
    progress = () => undefined,
  }: DeploymentOptions): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'volume-service-real-'));
    const running: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    const own = async <S extends Server>(starting: Promise<S>): Promise<S> => {
      const server = await starting;
      running.push(() => server.stop());
      return server;
    };
    const ownChild = (child: Child): Child => {
      running.push(() => child.end());
      child.start();
      return child;
    };
    try {
      progress(`PostgreSQL, ${cacheName}, Keystone and RabbitMQ start`);
      const started = await Promise.allSettled([
        // What was acknowledged outlives a kill of the server.
        own(withServer('postgresql', { own: true, settings: { synchronous_commit: 'on' } })),
        own(withServer(cacheName, { own: true })),
        own(
          withServer('keystone', {
            ...{ own: true, enforcementModel: 'strict_two_level' },
            settings: { identity: { password_hash_rounds: 4 } },
          }),
        ),
        own(withServer('rabbitmq', { own: true })),
      ]);
      const [postgresql, cache, keystone, rabbitmq] = started.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      }) as [Server, Server, Server, Server];
      const servers = { postgresql, cache, keystone, rabbitmq };
      const [first = 0, second = 0, page = 0] = await freePorts(3);
      const ports = { first, second };
      const nodes = Object.entries(ports).map(
        ([name, port], index) =>
          new ApiNode(`volumes-${name}`, { port, folder, programs, hasConsole: hasConsole && index === 0 }),
      );

      const balancer = await own(withServer('haproxy', { own: true, configuration: balancerOf(nodes) }));
      progress('Keystone learns of the service, its people and their projects');
      const { username = '', password = '' } = keystone.address;
      const cloud = await bootstrapCloud(keystone.url, { username, password }, balancer.url);
      for (const name of ['policy.yaml', 'limits.yaml']) {
        await copyFile(join(source, 'etc', name), join(folder, name));
      }
      await mkdir(join(folder, 'metrics'));
      const configuration = join(folder, 'volume-service.conf');
      await writeFile(configuration, configurationOf(servers, folder), { mode: 0o600 });

      progress("the service's own limits go to Keystone");
      const names = (['research', 'alpha', 'beta'] as const).flatMap((name) => [
        ...['--project', `${name}=${cloud.projects[name]}`],
      ]);
      const limits = join(folder, 'exported.yaml');
      const words = ['manage', 'limits', 'export', '--config-file', configuration];
      await writeFile(limits, await run(programs.service, [...words, ...names]));
      const administrator = join(folder, 'administrator.conf');
      await writeFile(
        administrator,
        ini({
          oslo_limit: {
            ...credentialsOf(keystone.url, username, password),
            ...{ endpoint_service_type: 'volumev3', endpoint_region_name: 'RegionOne' },
          },
        }),
        { mode: 0o600 },
      );
      await run(programs.limit, ['apply', limits, '--config-file', administrator]);

      progress('two HTTP workers, one that makes volumes, the collector and Prometheus start');
      await writeFile(
        join(folder, 'metrics.conf'),
        ini({
          oslo_metrics: {
            metrics_socket_file: join(folder, 'collector.sock'),
            prometheus_port: String(page),
          },
        }),
      );
      const collector = ownChild(
        new Child('collector', {
          file: programs.collector,
          words: ['--config-file', join(folder, 'metrics.conf')],
        }),
      );
      const collectorUrl = `http://127.0.0.1:${String(page)}/metrics`;
      const worker = ownChild(
        new Child('worker', {
          file: programs.service,
          words: ['worker', '--config-file', configuration, '--name', 'worker'],
          environment: { OS_OSLO_MESSAGING_METRICS__METRICS_PROCESS_NAME: 'volumes-worker' },
        }),
      );
      for (const node of nodes) ownChild(node);
      const prometheus = await own(
        withServer('prometheus', {
          own: true,
          configuration: `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: volumes
    static_configs: [{ targets: ['${new URL(nodes[0]?.address ?? '').host}'] }]
  - job_name: oslo-metrics
    static_configs: [{ targets: ['127.0.0.1:${String(page)}'] }]
`,
        }),
      );
      const saying = async (child: Child, address: string, isSo: () => Promise<boolean>): Promise<void> => {
        await until(`${child.name} answers`, isSo).catch((error: unknown) => {
          throw new Error(`${child.name} at ${address} does not answer: ${child.log}`, { cause: error });
        });
      };
      await saying(collector, collectorUrl, async () => (await fetch(collectorUrl)).ok);
      for (const node of nodes) await saying(node, node.address, () => isReady(node.address));
      await until('the balancer has both nodes', () => isReady(balancer.url));
      return new Deployment({
        ...{ folder, servers, cloud, nodes, worker, collector, collectorUrl, balancer, prometheus },
      });
    } catch (error) {
      for (const stop of running.reverse()) await stop().catch(() => undefined);
      throw error;
    }
  }

  /** Waits until every node is ready and the balancer has seen it. */
  async untilWell(): Promise<void> {
    for (const { name, address } of this.nodes) await until(`${name} is ready`, () => isReady(address));
    await new Promise((resolve) => setTimeout(resolve, SEEN_BY_BALANCER_MILLISECONDS));
  }

  /**
   * Writes the policy file and waits until each node has taken notice of it, which their pages tell.
   */
  async edit(policyFile: string, text: string): Promise<Outcome> {
    const counted = async (): Promise<{ loaded: number; refused: number }> => {
      const [node] = this.nodes;
      const page = await (await fetch(`${node?.address ?? ''}/metrics`)).text();
      const of = (result: string): number =>
        Number(
          new RegExp(`^oslo_policy_reloads_total\\{result="${result}"\\} (\\d+)`, 'm').exec(page)?.[1] ?? 0,
        );
      return { loaded: of('loaded'), refused: of('refused') };
    };
    const before = await counted();
    await writeFile(policyFile, text);
    const end = performance.now() + 10_000;
    while (performance.now() < end) {
      const now = await counted();
      const { length } = this.nodes;
      if (now.loaded >= before.loaded + length) return { type: 'reloaded' };
      if (now.refused >= before.refused + length) return { type: 'refused' };
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { type: 'nothing' };
  }

  /** Takes everything down; answers the exit codes of our processes, which end by themselves after SIGTERM. */
  async stop(): Promise<Readonly<Record<string, number | null>>> {
    const codes: Record<string, number | null> = {};
    await Promise.all(
      [...this.nodes, this.worker].map(async (child) => {
        codes[child.name] = await child.end();
      }),
    );
    codes[this.collector.name] = await this.collector.end();
    await Promise.all(this.#stopped.map((server) => server.stop()));
    await rm(this.folder, { recursive: true, force: true });
    return codes;
  }
}
