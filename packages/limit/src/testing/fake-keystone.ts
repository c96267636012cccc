import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refused, refusalBody, newId, Store } from './keystone/store.ts';
import { Routes, type FakeAnswer } from './keystone/routes.ts';
import { Tokens } from './keystone/tokens.ts';

/** How a fake Keystone is set up. */
export interface FakeKeystoneOptions {
  /** @default 'flat' */
  readonly model?: 'flat' | 'strict_two_level';
  /** Of the user `admin`, who has the role admin on the system and on the project admin. @default 's3cr3t' */
  readonly password?: string;
  /** Life of tokens in seconds. @default 3600 */
  readonly tokenLifetime?: number;
}

/** Keystone reads no longer bodies than this; in bytes. */
const LONGEST_BODY = 114_688;

const readBody = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (body.length > LONGEST_BODY) throw new Refused(413, 'Request is too large.');
  return body.toString('utf8');
};

/** Keystone tells 3.0 from 3 and takes no fraction anywhere: here it becomes a text, which is refused as well. */
const withoutFractions = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu, (token) =>
    /^-?\d+$/u.test(token) || token.startsWith('"') ? token : `"${token}"`,
  );

const parseBody = (text: string): Readonly<Record<string, unknown>> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text === '' ? '{}' : withoutFractions(text));
  } catch {
    throw new Refused(400, 'Expecting to find valid JSON in request body.');
  }
  if (typeof parsed !== 'object' || parsed === null)
    throw new Refused(400, 'Expecting to find valid JSON in request body.');
  return parsed as Readonly<Record<string, unknown>>;
};

/**
 * The part of Keystone that unified limits need, over HTTP on loopback: log-in, catalog, projects, limits, and the verdicts
 * of both enforcement models. `test/keystone/fake.parity.test.ts` holds it against exchanges recorded with a real one.
 */
export class FakeKeystone implements AsyncDisposable {
  /** Every request as `METHOD /path?query`, in order. */
  readonly requests: string[] = [];
  readonly store: Store;
  readonly #tokens: Tokens;
  readonly #routes: Routes;
  readonly #server: Server;
  #refusal: number | undefined;
  #gate: ((request: string) => void) | undefined;

  private constructor(options: FakeKeystoneOptions) {
    this.store = new Store(options.model ?? 'flat');
    this.#tokens = new Tokens(this.store, options.tokenLifetime ?? 3600);
    this.#routes = new Routes(this.store, this.#tokens);
    this.#server = createServer((message, response) => void this.#serve(message, response));
    this.#bootstrap(options.password ?? 's3cr3t');
  }

  /** Starts one on a free port of loopback. */
  static async start(options: FakeKeystoneOptions = {}): Promise<FakeKeystone> {
    const fake = new FakeKeystone(options);
    await new Promise<void>((resolve) => {
      fake.#server.listen(0, '127.0.0.1', resolve);
    });
    fake.#advertise();
    return fake;
  }

  /** Its address, with `/v3`. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v3`;
  }

  /** Makes all tokens invalid, as a restart with new keys would. */
  revokeTokens(): void {
    this.#tokens.revokeAll();
  }

  /** Answers everything with this status until it is given undefined. */
  refuseWith(status: number | undefined): void {
    this.#refusal = status;
  }

  /** Called before each request; what it throws closes the connection without an answer. */
  interrupt(gate: ((request: string) => void) | undefined): void {
    this.#gate = gate;
  }

  /** Ends it and all its connections; any number of times. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #bootstrap(password: string): void {
    const { store } = this;
    const domain = { id: 'default', name: 'Default', domain_id: null, parent_id: null, is_domain: true };
    const common = { description: '', enabled: true, tags: [], options: {} };
    store.projects.set('default', { ...common, ...domain });
    const project = {
      id: newId(),
      name: 'admin',
      domain_id: 'default',
      parent_id: 'default',
      is_domain: false,
    };
    store.projects.set(project.id, { ...common, ...project });
    const user = { id: newId(), name: 'admin', domain_id: 'default', enabled: true };
    store.users.set(user.id, user);
    store.passwords.set(user.id, password);
    for (const name of ['reader', 'member', 'admin']) {
      const role = { id: newId(), name, domain_id: null, description: null, options: { immutable: true } };
      store.roles.set(role.id, role);
      if (name !== 'admin') continue;
      for (const on of ['system', project.id]) store.grants.push({ userId: user.id, roleId: role.id, on });
    }
    store.regions.set('RegionOne', { id: 'RegionOne', description: '', parent_region_id: null });
  }

  /** Enters itself in the catalog, once its port is known. */
  #advertise(): void {
    const service = { id: newId(), type: 'identity', name: 'keystone', enabled: true };
    this.store.services.set(service.id, service);
    for (const kind of ['public', 'internal', 'admin']) {
      const endpoint = {
        id: newId(),
        interface: kind,
        region_id: 'RegionOne',
        region: 'RegionOne',
        url: this.url,
      };
      this.store.endpoints.set(endpoint.id, { ...endpoint, service_id: service.id, enabled: true });
    }
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = message;
    this.requests.push(`${method} ${url}`);
    try {
      this.#gate?.(`${method} ${url}`);
    } catch {
      message.socket.destroy();
      return;
    }
    let answer: FakeAnswer;
    try {
      answer = await this.#answer(message, method, url);
    } catch (error) {
      if (message.socket.destroyed) return;
      if (!(error instanceof Refused)) {
        response.writeHead(500).end(String(error));
        return;
      }
      const headers = error.status === 401 ? { 'www-authenticate': `Keystone uri="${this.url}"` } : {};
      answer = { status: error.status, body: refusalBody(error), headers };
    }
    const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      vary: 'X-Auth-Token',
      'x-openstack-request-id': `req-${newId()}`,
      ...(text === '' ? {} : { 'content-type': 'application/json' }),
      ...answer.headers,
    });
    response.end(text);
  }

  async #answer(message: IncomingMessage, method: string, url: string): Promise<FakeAnswer> {
    const text = await readBody(message);
    if (this.#refusal !== undefined) throw new Refused(this.#refusal, 'The fake was told to refuse.');
    const { pathname, searchParams } = new URL(url, this.url);
    if (pathname === '/' || pathname === '') return this.#versions(300);
    if (pathname === '/v3' || pathname === '/v3/') return this.#versions(200);
    if (!pathname.startsWith('/v3/')) throw new Refused(404, 'The resource could not be found.');
    return this.#routes.answer({
      method,
      path: pathname.slice(3),
      query: searchParams,
      body: () => parseBody(text),
      headers: message.headers as Readonly<Record<string, string | undefined>>,
      base: this.url,
    });
  }

  #versions(status: 200 | 300): FakeAnswer {
    const version = { id: 'v3.14', status: 'stable', links: [{ rel: 'self', href: `${this.url}/` }] };
    return { status, body: status === 300 ? { versions: { values: [version] } } : { version } };
  }
}
