import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, KeystoneError, LimitError, SessionInitError } from '../errors.ts';
import { tokenRequest, type Credentials } from './credentials.ts';
import { discoverIdentity, versionedUrl } from './discovery.ts';
import { tokenOf, type Token, type TokenBody } from './token.ts';
import {
  httpTransport,
  type HttpTransportOptions,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

/** Where Keystone is, once there is a token. */
export interface KeystoneAddress {
  /** The URL to use, whatever the catalog says. @default the catalog's, or `authUrl` where that has none */
  readonly endpointOverride?: string;
  /** Interfaces in order of preference. @default ['public'] */
  readonly validInterfaces?: readonly string[];
  readonly regionName?: string;
}

/** What a session is made of. */
export interface SessionOptions {
  /** Who we are. */
  readonly auth: Credentials;
  /** Where Keystone is. */
  readonly keystone?: KeystoneAddress;
  /** How to reach it. */
  readonly http?: HttpTransportOptions;
  /** Sends requests in place of `node:http`. */
  readonly transport?: Transport;
}

/** A request to a service by path. */
export interface ServiceRequest {
  readonly method?: TransportRequest['method'];
  /** Path below the service's URL, with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** How long `Retry-After` may make us wait, in milliseconds. */
const LONGEST_WAIT = 5_000;

const messageOf = (body: string): string | undefined => {
  try {
    const { error, errors } = JSON.parse(body) as {
      readonly error?: { readonly message?: string };
      readonly errors?: readonly { readonly title?: string; readonly detail?: string }[];
    };
    return error?.message ?? errors?.[0]?.detail ?? errors?.[0]?.title;
  } catch {
    return undefined;
  }
};

/** Talks to Keystone, and to services in its catalog, with one token that is renewed in time. */
export class KeystoneSession {
  readonly #auth: Credentials;
  readonly #address: KeystoneAddress;
  readonly #transport: Transport;
  #authUrl: Promise<string> | undefined;
  #token: Token | undefined;
  #renewal: Promise<Token> | undefined;

  /** @throws InvalidArgumentError when the credentials are incomplete or contradict themselves */
  constructor(options: SessionOptions) {
    tokenRequest(options.auth);
    this.#auth = options.auth;
    this.#address = options.keystone ?? {};
    this.#transport = options.transport ?? httpTransport(options.http);
  }

  /** The present token, renewed before it expires, once for all who ask. @throws SessionInitError, KeystoneError */
  async token(signal?: AbortSignal): Promise<Token> {
    if (this.#token !== undefined && Date.now() < this.#token.renewAt) return this.#token;
    this.#renewal ??= this.#authenticate().finally(() => {
      this.#renewal = undefined;
    });
    signal?.throwIfAborted();
    return this.#renewal;
  }

  /** The URL of a service in the catalog, of Keystone itself by default. @throws KeystoneError when there is none */
  async endpoint(serviceType = 'identity', address: KeystoneAddress = this.#address): Promise<string> {
    if (address.endpointOverride !== undefined) {
      return serviceType === 'identity'
        ? versionedUrl(address.endpointOverride)
        : address.endpointOverride.replace(/\/+$/u, '');
    }
    const { body } = await this.token();
    const services = (body.catalog ?? []).filter(({ type }) => type === serviceType);
    const endpoints = services
      .flatMap((service) => service.endpoints)
      .filter(({ region_id: region }) => address.regionName === undefined || region === address.regionName);
    for (const wanted of address.validInterfaces ?? ['public']) {
      const found = endpoints.find((endpoint) => endpoint.interface === wanted.replace(/URL$/u, ''));
      if (found !== undefined)
        return serviceType === 'identity' ? versionedUrl(found.url) : found.url.replace(/\/+$/u, '');
    }
    // A token for nothing, or for the system in some clouds, comes without a catalog; Keystone gave it to us all the same.
    if (serviceType === 'identity' && services.length === 0) return this.#discovered();
    const known = endpoints.map((endpoint) => `${endpoint.interface} in ${String(endpoint.region_id)}`);
    throw new KeystoneError(
      `the catalog has no ${(address.validInterfaces ?? ['public']).join(' or ')} endpoint of ${serviceType}${address.regionName === undefined ? '' : ` in ${address.regionName}`}; it has: ${known.join(', ') || 'none'}`,
      { method: 'GET', url: '', status: 0 },
    );
  }

  /**
   * Sends a request to Keystone and answers the parsed body; undefined when there is none.
   * @throws KeystoneError with the status for anything but success
   */
  async request(request: ServiceRequest): Promise<unknown> {
    return this.requestTo(await this.endpoint(), request);
  }

  /** Sends a request to any service at its URL, with our token. @throws KeystoneError */
  async requestTo(base: string, request: ServiceRequest): Promise<unknown> {
    const first = await this.token(request.signal);
    let response = await this.#send(base, request, first);
    if (response.status === 401) {
      // Revoked, or expired by Keystone's clock and not by ours.
      if (this.#token === first) this.#token = undefined;
      response = await this.#send(base, request, await this.token(request.signal));
    }
    if (response.status < 200 || response.status > 299) throw this.#failure(base, request, response);
    return response.body === '' ? undefined : (JSON.parse(response.body) as unknown);
  }

  /** Every item of a list, over all its pages. @throws KeystoneError also when Keystone cut the list short */
  async list<T>(path: string, key: string, signal?: AbortSignal): Promise<readonly T[]> {
    const items: T[] = [];
    const base = await this.endpoint();
    let next: string | undefined = path;
    while (next !== undefined) {
      const page = (await this.requestTo(base, {
        path: next,
        ...(signal === undefined ? {} : { signal }),
      })) as {
        readonly [key: string]: unknown;
        readonly links?: { readonly next?: string | null };
        readonly truncated?: boolean;
      };
      items.push(...((page[key] ?? []) as readonly T[]));
      if (page.truncated === true) {
        throw new KeystoneError(
          `Keystone cut the list of ${key} short (list_limit), so limits would be missing`,
          { method: 'GET', url: base + path, status: 200 },
        );
      }
      const link = page.links?.next;
      next = typeof link === 'string' && link.startsWith(base) ? link.slice(base.length) : undefined;
    }
    return items;
  }

  /** Ends kept connections. */
  close(): void {
    this.#transport.close?.();
  }

  /** Never prints credentials. */
  toJSON(): unknown {
    return { authUrl: this.#auth.authUrl, type: this.#auth.type };
  }

  #discovered(): Promise<string> {
    this.#authUrl ??= discoverIdentity(this.#auth.authUrl, this.#transport).catch((error: unknown) => {
      this.#authUrl = undefined;
      throw error;
    });
    return this.#authUrl;
  }

  async #authenticate(): Promise<Token> {
    const url = `${await this.#discovered()}/auth/tokens`;
    const body = JSON.stringify(tokenRequest(this.#auth));
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const now = Date.now();
    const response = await this.#deliver({ method: 'POST', url, headers, body });
    const id = response.headers['x-subject-token'];
    if (response.status === 401) {
      throw new SessionInitError(
        `Keystone refuses the credentials: ${messageOf(response.body) ?? 'no reason given'}${this.#auth.type === 'application_credential' ? '' : ' (wrong name, password or scope)'}`,
      );
    }
    if (response.status !== 201 || id === undefined)
      throw this.#failure(url, { method: 'POST', path: '' }, response);
    this.#token = tokenOf(id, (JSON.parse(response.body) as { token: TokenBody }).token, now);
    return this.#token;
  }

  async #send(base: string, request: ServiceRequest, token: Token): Promise<TransportResponse> {
    const { method = 'GET', path, body, signal } = request;
    const headers = {
      accept: 'application/json',
      'x-auth-token': token.id,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    };
    return this.#deliver({
      method,
      url: base + path,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Sends, and once more after the wait that a busy server asks for. */
  async #deliver(request: TransportRequest): Promise<TransportResponse> {
    let response: TransportResponse;
    try {
      response = await this.#transport(request);
      const wait = Number(response.headers['retry-after']) * 1_000;
      if ((response.status === 503 || response.status === 429) && wait >= 0 && wait <= LONGEST_WAIT) {
        await sleep(wait, undefined, request.signal === undefined ? {} : { signal: request.signal });
        response = await this.#transport(request);
      }
      return response;
    } catch (error) {
      if (request.signal?.aborted === true || error instanceof LimitError) throw error;
      const { method, url } = request;
      const { message, code } = error as Error & { readonly code?: string };
      const reason = message === '' ? (code ?? 'no reason given') : message;
      throw new KeystoneError(
        `${method} ${url} got no answer: ${reason}`,
        { method, url, status: 0 },
        { cause: error },
      );
    }
  }

  #failure(
    base: string,
    { method = 'GET', path }: ServiceRequest,
    response: TransportResponse,
  ): KeystoneError {
    const requestId = response.headers['x-openstack-request-id'];
    const url = base + path;
    const text = `${method} ${url} was answered ${String(response.status)}: ${messageOf(response.body) ?? 'without a reason'}`;
    const failure = { method, url, status: response.status };
    return new KeystoneError(
      requestId === undefined ? text : `${text} (${requestId})`,
      requestId === undefined ? failure : { ...failure, requestId },
    );
  }
}

/** A session from options, or the session that was given. */
export const sessionOf = (given: KeystoneSession | SessionOptions): KeystoneSession => {
  if (given instanceof KeystoneSession) return given;
  if ((given as Partial<SessionOptions>).auth === undefined)
    throw new InvalidArgumentError('a session needs auth: who the service is to Keystone');
  return new KeystoneSession(given);
};
