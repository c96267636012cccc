import type { Seconds } from '@oslofjord/config';
import { BackendError, BackendRefusedError, BackendSuspendedError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import type { Host } from './host.ts';
import type { Placement } from './placement.ts';

/** Chooses hosts for keys and keeps count of their failures. */
export class Cluster {
  readonly hosts: readonly Host[];
  readonly #names: readonly string[];
  readonly #placement: Placement;
  readonly #driver: string;

  constructor(driver: string, hosts: readonly Host[], placement: Placement) {
    this.#driver = driver;
    this.hosts = hosts;
    this.#names = hosts.map(({ name }) => name);
    this.#placement = placement;
  }

  readonly #isAlive = (index: number): boolean => this.hosts[index]?.isAlive === true;

  /** The host that holds a key now. @throws BackendSuspendedError when all are dead */
  hostFor(key: string): Host {
    const [only] = this.hosts;
    const host =
      this.hosts.length === 1 ? only : this.hosts[this.#placement(key, this.#names, this.#isAlive) ?? -1];
    if (host === undefined) throw new BackendSuspendedError(this.#driver);
    return host;
  }

  /** The places of keys in their list, by the host that holds them now. @throws BackendSuspendedError when all are dead */
  placesByHost(keys: readonly string[]): ReadonlyMap<Host, readonly number[]> {
    const places = new Map<Host, number[]>();
    for (const [place, key] of keys.entries()) {
      const host = this.hostFor(key);
      const known = places.get(host);
      if (known === undefined) places.set(host, [place]);
      else known.push(place);
    }
    return places;
  }

  /** The host that held a key while another one was dead; undefined when there is none. */
  substituteFor(key: string, host: Host): Host | undefined {
    const isOther = (index: number): boolean => this.hosts[index] !== host && this.#isAlive(index);
    const index = this.#placement(key, this.#names, isOther);
    return index === undefined ? undefined : this.hosts[index];
  }

  /** Whether an entry read from a host may be older than one written elsewhere while the host was dead. */
  isDistrusted(host: Host, createdAt: Seconds): boolean {
    return this.hosts.length > 1 && createdAt <= host.distrustedUntil;
  }

  /** Runs a request on a host and keeps count of how it ends. */
  async on<Answer>(
    host: Host,
    key: string,
    request: (connection: Connection) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      const answer = await request(host.connectionFor(key));
      host.succeed();
      return answer;
    } catch (error) {
      this.judge(host, error);
      throw error;
    }
  }

  /** Counts a failed request against its host. A refusal is about the request, not about the host. */
  judge(host: Host, error: unknown): void {
    const isHosts = error instanceof BackendError && !(error instanceof BackendRefusedError);
    if (isHosts && !(error instanceof BackendSuspendedError)) host.fail(error);
  }

  /** Runs a request on the host of a key; once more, elsewhere, when that host has just turned out to be dead. */
  async for<Answer>(
    key: string,
    request: (connection: Connection, host: Host) => Promise<Answer>,
  ): Promise<Answer> {
    const host = this.hostFor(key);
    try {
      return await this.on(host, key, async (connection) => request(connection, host));
    } catch (error) {
      if (!(error instanceof BackendError) || host.isAlive) throw error;
      const other = this.hostFor(key);
      return this.on(other, key, async (connection) => request(connection, other));
    }
  }
}
