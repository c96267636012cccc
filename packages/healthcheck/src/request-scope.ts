import { AsyncLocalStorage } from 'node:async_hooks';

/** A request that is being worked on: what components ask about the request that called them. */
export interface RequestScope {
  /** Whether it is known who asks; looked at when evidence is about to be recorded, for that is decided on the way. */
  isAuthenticated(): boolean;
  /** The route, such as `GET /volumes/:id`: one of few. */
  route(): string | undefined;
}

/**
 * Which request a call belongs to. Evidence counts when it comes from an authenticated request or from outside any
 * request, as from a worker: nobody anonymous can make the service look ill.
 */
export class RequestScopes {
  /** Whether there has been a request: until then nothing has to be looked up. */
  isUsed = false;
  readonly #storage = new AsyncLocalStorage<RequestScope>();

  /** Runs the work of a request. */
  run<Result>(scope: RequestScope, work: () => Result): Result {
    this.isUsed = true;
    return this.#storage.run(scope, work);
  }

  /** The request that the present work belongs to; undefined outside any. */
  get current(): RequestScope | undefined {
    return this.#storage.getStore();
  }
}
