import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/u;

/**
 * Who may use the console: whoever knows the key that the service prints at its start. The key buys a cookie, which no
 * script can read and no other site can send; a form carries a second word, so that only the console's own pages act.
 */
export class Session {
  /** Made anew by every process. */
  readonly key: string = randomBytes(24).toString('base64url');
  /** What every form of the console carries. */
  readonly formToken: string = this.#derive('form');
  readonly #cookie: string = this.#derive('cookie');
  /** Ports of one host share cookies: each process has a name of its own. */
  readonly #name: string = `console_${this.#derive('name').slice(0, 8)}`;

  /** Whether a request comes from this machine. */
  isLocal({ socket }: FastifyRequest): boolean {
    return LOOPBACK.test(socket.remoteAddress ?? '');
  }

  isKey(word: unknown): boolean {
    return typeof word === 'string' && isSame(word, this.key);
  }

  /** Whether the request carries the cookie. */
  isKnown({ headers }: FastifyRequest): boolean {
    const pairs = (headers.cookie ?? '').split(/;\s*/u);
    return pairs.some((pair) => isSame(pair, `${this.#name}=${this.#cookie}`));
  }

  /** Why a form must not act; undefined where it may. */
  formProblem({ headers }: FastifyRequest, formToken: string | null): string | undefined {
    if (headers['sec-fetch-site'] !== undefined && headers['sec-fetch-site'] !== 'same-origin')
      return 'The form was sent by another site.';
    const { origin, host = '' } = headers;
    if (origin !== `http://${host}` && origin !== `https://${host}`)
      return 'The form does not say that it comes from this console.';
    if (formToken === null || !isSame(formToken, this.formToken))
      return 'The form is of an earlier run of the service. Open the page again.';
    return undefined;
  }

  /** The header that gives the cookie. */
  get setCookie(): string {
    return `${this.#name}=${this.#cookie}; Path=/console; HttpOnly; SameSite=Strict`;
  }

  #derive(what: string): string {
    return createHmac('sha256', this.key).update(what).digest('base64url');
  }
}
