import type { HealthcheckBackend } from './backends/backend.ts';
import type { Health } from './health.ts';

/**
 * The other end of a channel between processes or threads: a worker of node:cluster, `process` in one, a MessagePort, a
 * Worker.
 */
export interface CrewPort {
  /** Sends a message, as processes do. */
  send?(message: unknown): unknown;
  /** Sends a message, as threads do. */
  postMessage?(message: unknown): unknown;
  /** Begins to hear messages. */
  on(event: 'message', listener: (message: unknown) => void): unknown;
  /** Ends that. */
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** How many processes of a service there are, and how many of them are ready. */
export interface CrewCount {
  readonly ready: number;
  readonly total: number;
}

interface FromMember {
  readonly kind: 'oslofjord:healthcheck:member';
  readonly isReady: boolean;
}

interface FromLead {
  readonly kind: 'oslofjord:healthcheck:crew';
  readonly count: CrewCount;
}

const isKind = <Message extends { kind: string }>(value: unknown, kind: Message['kind']): value is Message =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === kind;

const sendTo = (port: CrewPort, message: FromLead | FromMember): void => {
  try {
    if (port.send === undefined) port.postMessage?.(message);
    else port.send(message);
  } catch {
    // The other end is gone: so is the member.
  }
};

/** When a crew is ready. */
export interface CrewOptions {
  /** `'all'`: when every process is, for a balancer's poll reaches any of them; `'one'`: while one is. @default 'all' */
  readonly needs?: 'all' | 'one';
}

const backendOf = (count: () => CrewCount, { needs = 'all' }: CrewOptions): HealthcheckBackend => ({
  check: () => {
    const { ready, total } = count();
    const available = total > 0 && (needs === 'all' ? ready === total : ready > 0);
    return {
      available,
      reason: available ? 'OK' : 'WORKERS UNAVAILABLE',
      details: `workers: ${ready}/${total}`,
    };
  },
});

/** Keeps count of the processes of a service, and tells them: for the primary of node:cluster, or a main thread. */
export class CrewLead {
  /** For `plugins`: the state of all processes as one of the backends of this one. */
  readonly backend: HealthcheckBackend;
  readonly #members = new Map<CrewPort, boolean>();

  constructor(options: CrewOptions = {}) {
    this.backend = backendOf(() => this.count, options);
  }

  get count(): CrewCount {
    const ready = [...this.#members.values()].filter(Boolean).length;
    return { ready, total: this.#members.size };
  }

  /**
   * Counts a process from now on; until it tells otherwise it is not ready.
   * @returns a function that ends it, to be called when the process has ended
   */
  add(port: CrewPort): () => void {
    const listen = (message: unknown): void => {
      if (!isKind<FromMember>(message, 'oslofjord:healthcheck:member')) return;
      this.#members.set(port, message.isReady);
      this.#tell();
    };
    this.#members.set(port, false);
    port.on('message', listen);
    this.#tell();
    return () => {
      port.off('message', listen);
      this.#members.delete(port);
      this.#tell();
    };
  }

  #tell(): void {
    const message: FromLead = { kind: 'oslofjord:healthcheck:crew', count: this.count };
    for (const port of this.#members.keys()) sendTo(port, message);
  }
}

/** One process of a service that has several: knows of the others, so that whichever is asked answers for all. */
export class CrewMember {
  /** For `plugins`: the state of all processes as one of the backends of this one. */
  readonly backend: HealthcheckBackend;
  readonly #port: CrewPort;
  #count: CrewCount = { ready: 0, total: 0 };

  constructor(port: CrewPort, options: CrewOptions = {}) {
    this.#port = port;
    this.backend = backendOf(() => this.#count, options);
  }

  get count(): CrewCount {
    return this.#count;
  }

  /** Begins to tell the lead how this process is, by its own components alone. @returns a function that ends it */
  join(health: Health): () => void {
    let told: boolean | undefined;
    const listen = (message: unknown): void => {
      if (isKind<FromLead>(message, 'oslofjord:healthcheck:crew')) this.#count = message.count;
    };
    const tell = (): void => {
      const isReady = health.standingOfComponents('readiness').status !== 'fail';
      if (isReady === told) return;
      told = isReady;
      sendTo(this.#port, { kind: 'oslofjord:healthcheck:member', isReady });
    };
    this.#port.on('message', listen);
    const end = health.onChange(tell);
    tell();
    return () => {
      end();
      this.#port.off('message', listen);
    };
  }
}
