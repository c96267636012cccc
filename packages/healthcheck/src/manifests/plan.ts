import { parseDuration, type Count, type Duration, type Seconds } from '@oslofjord/config';
import { ManifestError } from '../errors.ts';

/** How a service is deployed: what the code and the manifests of everything around it have in common. */
export interface DeploymentPlan {
  /** A name in lower case, as `volumes`. */
  readonly service: string;
  /** How it is started, as `node server.js`. @default node server.js */
  readonly command?: string;
  readonly host?: string;
  /** Of the service. */
  readonly port: number;
  /** Of health, where it has a port of its own. @default that of the service */
  readonly healthPort?: number;
  /** Of HAProxy's agent check. @default none */
  readonly agentPort?: number;
  /** Paths, as the endpoint has them. @default '/healthcheck', '/livez', '/readyz', '/startupz' */
  readonly paths?: {
    readonly path?: string;
    readonly livez?: string;
    readonly readyz?: string;
    readonly startupz?: string;
  };
  /** How readiness is polled. */
  readonly polls?: {
    /** @default 2 seconds */
    readonly interval?: Duration;
    /** Refused polls until a node is out; `seen` of the shutdown is the same. @default 3 */
    readonly fall?: Count;
    /** Answered polls until it is back. @default 2 */
    readonly rise?: Count;
  };
  /** As given to the shutdown. */
  readonly shutdown?: {
    /** @default 15 seconds */
    readonly drainMax?: Duration;
    /** @default 10 seconds */
    readonly requests?: Duration;
    /** The deadlines of all hooks together. @default 5 seconds */
    readonly hooks?: Duration;
  };
  /** How long a start may take. @default 60 seconds */
  readonly startMax?: Duration;
  /** From how long a standstill on the process is restarted. @default 30 seconds */
  readonly liveMax?: Duration;
  /** The nodes behind a balancer, as `host:port`. @default the service's own address */
  readonly nodes?: readonly string[];
  /** An image, for Kubernetes and Docker. @default the name of the service */
  readonly image?: string;
}

/** {@link DeploymentPlan} with every default in place; times in seconds. */
export interface ResolvedPlan {
  readonly service: string;
  readonly command: string;
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly agentPort: number | undefined;
  readonly paths: {
    readonly path: string;
    readonly livez: string;
    readonly readyz: string;
    readonly startupz: string;
  };
  readonly interval: Seconds;
  readonly fall: Count;
  readonly rise: Count;
  readonly startMax: Seconds;
  readonly liveMax: Seconds;
  /** What the whole shutdown may take: whoever ends the process must wait that long. */
  readonly shutdownMax: Seconds;
  readonly nodes: readonly string[];
  readonly image: string;
}

const NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const PATH = /^\/[A-Za-z0-9/._~-]*$/;
const NODE = /^[A-Za-z0-9.-]+:\d{1,5}$/;
const WORDS = /^[A-Za-z0-9@%+=:,./_ -]+$/;

const seconds = (duration: Duration): Seconds => parseDuration(duration) / 1000;

const isPort = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;

/**
 * Completes a plan with its defaults.
 * @throws ManifestError (ERR_HEALTHCHECK_MANIFEST) listing everything that is wrong; nothing that is written into a
 *   manifest may break out of its place
 */
export const resolvePlan = (plan: DeploymentPlan): ResolvedPlan => {
  const { service, port, healthPort = port, agentPort, host = '127.0.0.1' } = plan;
  const {
    path = '/healthcheck',
    livez = '/livez',
    readyz = '/readyz',
    startupz = '/startupz',
  } = plan.paths ?? {};
  const { interval = 2, fall = 3, rise = 2 } = plan.polls ?? {};
  const { drainMax = 15, requests = 10, hooks = 5 } = plan.shutdown ?? {};
  const nodes = plan.nodes ?? [`${host}:${port}`];
  const command = plan.command ?? 'node server.js';
  const image = plan.image ?? service;
  const pathIssues = [path, livez, readyz, startupz]
    .filter((one) => !PATH.test(one))
    .map((one) => `${JSON.stringify(one)} is no plain path`);
  const issues = [
    ...(NAME.test(service) ? [] : [`service ${JSON.stringify(service)} is no name in lower case`]),
    ...[port, healthPort, agentPort ?? 1]
      .filter((one) => !isPort(one))
      .map((one) => `${String(one)} is no port`),
    ...pathIssues,
    ...nodes.filter((node) => !NODE.test(node)).map((node) => `${JSON.stringify(node)} is no host:port`),
    ...[host, command, image]
      .filter((one) => !WORDS.test(one))
      .map((one) => `${JSON.stringify(one)} has characters that mean something to a shell`),
    ...[fall, rise]
      .filter((one) => !Number.isInteger(one) || one < 1)
      .map((one) => `${one} is no number of polls`),
    ...(seconds(interval) > 0 ? [] : ['the interval of polls must not be 0']),
  ];
  if (issues.length > 0) throw new ManifestError(issues);
  return {
    service,
    command,
    host,
    port,
    healthPort,
    agentPort,
    paths: { path, livez, readyz, startupz },
    interval: seconds(interval),
    fall,
    rise,
    startMax: seconds(plan.startMax ?? 60),
    liveMax: seconds(plan.liveMax ?? 30),
    shutdownMax: Math.ceil(seconds(drainMax) + seconds(requests) + seconds(hooks)),
    nodes,
    image,
  };
};
