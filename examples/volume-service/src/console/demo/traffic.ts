import type { Call } from '../../tour.ts';

/** The mean time between two requests, in milliseconds. */
const PAUSE = 60;
const LONGEST = 60_000;

/** Requests of several people to the service's own API, so that there is something to see. */
export class Traffic {
  readonly #address: () => string;
  readonly #created: string[] = [];
  #until = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param address where the service listens */
  constructor(address: () => string) {
    this.#address = address;
  }

  /** How long it goes on, in milliseconds; 0 when there is none. */
  get remaining(): number {
    return Math.max(0, this.#until - performance.now());
  }

  start(milliseconds: number = LONGEST): void {
    this.#until = performance.now() + Math.min(milliseconds, LONGEST);
    clearTimeout(this.#timer);
    this.#next();
  }

  close(): void {
    this.#until = 0;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.remaining === 0) return;
    void this.#send(this.#choose());
    this.#timer = setTimeout(
      () => {
        this.#next();
      },
      Math.random() * 2 * PAUSE,
    );
    this.#timer.unref();
  }

  #choose(): Call {
    const alpha = '/v1/projects/alpha/volumes';
    const oldest = this.#created.length > 4 ? this.#created.shift() : undefined;
    if (oldest !== undefined)
      return { who: 'member-of-alpha', method: 'DELETE', path: `/v1/volumes/${oldest}` };
    const choices: readonly Call[] = [
      { who: 'reader-of-alpha', method: 'GET', path: alpha },
      { who: 'reader-of-beta', method: 'GET', path: '/v1/projects/beta/volumes' },
      { who: 'admin-of-cloud', method: 'GET', path: '/v1/volumes' },
      { who: 'reader-of-system', method: 'GET', path: '/v1/projects' },
      { who: 'member-of-alpha', method: 'POST', path: alpha, body: { name: 'demo', size: 10 } },
      { who: 'member-of-alpha', method: 'POST', path: alpha, body: { name: 'demo', size: 20 } },
      { who: 'reader-of-alpha', method: 'POST', path: alpha, body: { name: 'demo', size: 1 } },
      { who: 'member-of-beta', method: 'GET', path: alpha },
      { who: `stranger-${Math.floor(Math.random() * 40)}`, method: 'GET', path: alpha },
    ];
    return choices[Math.floor(Math.random() * choices.length)] ?? { who: '', method: 'GET', path: alpha };
  }

  async #send({ who, method, path, body }: Call): Promise<void> {
    try {
      const response = await fetch(new URL(path, this.#address()), {
        method,
        headers: {
          'x-auth-token': who,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(5000),
      });
      const answer: unknown = response.status === 204 ? undefined : await response.json();
      if (response.status === 201) this.#created.push((answer as { id: string }).id);
    } catch {
      // The service is closing, or too slow: the plots tell.
    }
  }
}
