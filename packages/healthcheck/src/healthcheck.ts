import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseAddress, unwrap } from './addresses/address.ts';
import { contains } from './addresses/network.ts';
import type { HealthcheckBackend, HealthcheckResult, PathLooker } from './backends/backend.ts';
import { disableByFile, disableByFilesPorts, enableByFiles } from './backends/file-backends.ts';
import { lookAtOnce, PathWatch } from './backends/path-watch.ts';
import { InvalidAddressError } from './errors.ts';
import {
  resolveHealthcheckOptions,
  type HealthcheckOptions,
  type ResolvedHealthcheckOptions,
} from './options.ts';
import { negotiate } from './responses/accept.ts';
import { CONTENT_TYPES, writeBody } from './responses/bodies.ts';

/** What is looked at of a request. */
export interface HealthcheckRequest {
  readonly method: string;
  readonly accept?: string | undefined;
  /** The port the request came in by. */
  readonly port?: number | undefined;
  /** The client's address; undefined for a Unix socket. */
  readonly remoteAddress?: string | undefined;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** An answer, ready to be sent. */
export interface HealthcheckResponse {
  readonly status: 200 | 204 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PROXY_HEADERS = [
  'x-forwarded',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-for',
  'x-forwarded-prefix',
];

const isFilled = (value: string | readonly string[] | undefined): boolean =>
  value !== undefined && value.length > 0;

/**
 * Says whether a service may get requests, to whoever asks: a load balancer, an orchestrator, an operator. Asking never
 * starts any work: answers are made from what backends know already.
 * @example
 * const health = new Healthcheck({ backends: ['disable_by_file'], disableByFilePath: '/run/service/disabled' });
 * await health.start();
 * server.on('request', health.handler('/healthcheck', app));
 * @parity oslo.middleware 8.1.0 healthcheck/__init__.py Healthcheck — same with `compat: 'oslo'`
 */
export class Healthcheck {
  readonly #options: ResolvedHealthcheckOptions;
  readonly #backends: readonly HealthcheckBackend[];
  readonly #watch: PathWatch | undefined;
  /** Called when a file appeared or disappeared. */
  onChange: () => void = () => undefined;

  /**
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
   */
  constructor(options: HealthcheckOptions = {}) {
    this.#options = resolveHealthcheckOptions(options);
    const { isOslo, disableByFilePath, disableByFilePaths, enableByFilePaths, fileInterval } = this.#options;
    const paths = [disableByFilePath ?? '', ...(disableByFilePaths?.values() ?? []), ...enableByFilePaths];
    this.#watch = isOslo
      ? undefined
      : new PathWatch(new Set(paths.filter((path) => path !== '')), fileInterval, () => {
          this.onChange();
        });
    this.#backends = this.#options.backends.flatMap(
      (name) => this.#make(name, this.#watch ?? lookAtOnce) ?? [],
    );
  }

  /** Begins to look at files and whatever else backends look at; resolves after the first look. */
  async start(): Promise<void> {
    await Promise.all([this.#watch?.start(), ...this.#backends.map((backend) => backend.start?.())]);
  }

  /** Ends what {@link start} began. The last answers remain. */
  close(): void {
    this.#watch?.close();
    for (const backend of this.#backends) backend.close?.();
  }

  /** {@link close} */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /**
   * Answers a request.
   * @returns undefined for a request that is to be ignored, as if there were no health check
   */
  respond(request: HealthcheckRequest): HealthcheckResponse | undefined {
    if (this.ignores(request)) return undefined;
    const results = this.results(request.port);
    const isHealthy = results.every(({ available }) => Boolean(available));
    const isHead = request.method === 'HEAD';
    if (isHead && isHealthy) return { status: 204, headers: {}, body: '' };
    const type = isHead ? 'text/plain' : negotiate(request.accept, CONTENT_TYPES);
    const body = isHead ? '' : writeBody(type, { results, detailed: this.#options.detailed });
    return {
      status: isHealthy ? 200 : 503,
      headers: {
        'Content-Type': type === 'application/json' ? type : `${type}; charset=UTF-8`,
        'Content-Length': String(Buffer.byteLength(body)),
        ...(this.#options.isOslo
          ? {}
          : { 'Cache-Control': 'no-store', Vary: 'Accept', 'X-Content-Type-Options': 'nosniff' }),
      },
      body,
    };
  }

  /** What the backends say to those who ask by a port. */
  results(port: number | undefined): readonly HealthcheckResult[] {
    return this.#backends.map((backend) => this.#check(backend, port));
  }

  /** What the backends say, in a form that changes when they do. */
  get summary(): string {
    return this.#backends.length === 0
      ? ''
      : JSON.stringify(this.results(undefined).map(({ available, reason }) => [Boolean(available), reason]));
  }

  /** Whether backends may answer differently by port. */
  get dependsOnPort(): boolean {
    return this.#options.backends.some((name) => !['disable_by_file', 'enable_by_files'].includes(name));
  }

  /**
   * A listener for node:http that answers under a path and leaves the rest to `next`.
   * @param next what answers everything else, ignored requests too. @default 404
   */
  handler(
    path = '/healthcheck',
    next: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
      response.writeHead(404).end();
    },
  ): (request: IncomingMessage, response: ServerResponse) => void {
    return (request, response) => {
      const [asked] = (request.url ?? '').split('?');
      const answer =
        asked === path
          ? this.respond({
              method: request.method ?? 'GET',
              accept: request.headers.accept,
              port: request.socket.localPort,
              remoteAddress: request.socket.remoteAddress,
              headers: request.headers,
            })
          : undefined;
      if (answer === undefined) next(request, response);
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    };
  }

  #make(name: string, files: PathLooker): HealthcheckBackend | undefined {
    const { plugins, isOslo, disableByFilePath, disableByFilePaths, enableByFilePaths } = this.#options;
    switch (name) {
      case 'disable_by_file':
        return disableByFile(disableByFilePath, files);
      case 'disable_by_files_ports':
        // Oslo leaves out what it cannot load.
        return disableByFilePaths === undefined ? undefined : disableByFilesPorts(disableByFilePaths, files);
      case 'enable_by_files':
        return enableByFiles(enableByFilePaths, files);
      default:
        try {
          return Object.hasOwn(plugins, name) ? plugins[name]?.() : undefined;
        } catch (error) {
          if (isOslo) return undefined;
          throw error;
        }
    }
  }

  /** A backend that fails makes the service unavailable, without a word of why to those who ask. */
  #check(backend: HealthcheckBackend, port: number | undefined): HealthcheckResult {
    if (this.#options.isOslo) return backend.check(port);
    try {
      return backend.check(port);
    } catch {
      return { available: false, reason: 'CHECK FAILED', details: '' };
    }
  }

  /** Whether a request is to be treated as if there were no health check: it comes from outside, or by a proxy. */
  ignores(request: Pick<HealthcheckRequest, 'remoteAddress' | 'headers'>): boolean {
    const { isOslo, ignoreProxiedRequests, allowedSourceRanges } = this.#options;
    if (allowedSourceRanges.length > 0 && !this.#isInside(request.remoteAddress)) return true;
    if (!ignoreProxiedRequests) return false;
    const names = isOslo ? PROXY_HEADERS : [...PROXY_HEADERS, 'forwarded'];
    return names.some((name) => isFilled(request.headers[name]));
  }

  #isInside(remoteAddress: string | undefined): boolean {
    const { isOslo, allowedSourceRanges } = this.#options;
    // Whoever reaches a Unix socket is on this machine; Oslo has no way to know.
    if (remoteAddress === undefined || remoteAddress === '') return !isOslo && remoteAddress === undefined;
    const address = parseAddress(remoteAddress);
    if (address === undefined) {
      if (isOslo) throw new InvalidAddressError(remoteAddress);
      return false;
    }
    const seen = isOslo ? [address] : [address, unwrap(address)];
    return allowedSourceRanges.some((range) => seen.some((one) => contains(range, one)));
  }
}
