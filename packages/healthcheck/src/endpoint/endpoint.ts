import type { HealthAnswer, HealthRequest } from './request.ts';
import { answerOf, pathOf } from './request.ts';
import { Polls } from './polls.ts';
import { clientAddress } from '../addresses/client-address.ts';
import { parseNetwork, type Network } from '../addresses/network.ts';
import { HealthcheckOptionsError } from '../errors.ts';
import { NO_ROLES, rolesOf, type Authorize, type Role } from '../exposure/roles.ts';
import type { Health } from '../health.ts';
import { negotiate } from '../responses/accept.ts';
import { writeBody } from '../responses/bodies.ts';
import { writeHealthJson } from '../responses/health-json.ts';
import { PAGE_POLICY, writePage } from '../responses/page.ts';
import { writeStatusJson } from '../responses/status-json.ts';
import { Triggers, type RunOutcome } from '../triggers/triggers.ts';

/** Where the health of a service is answered, and to whom how much. */
export interface EndpointOptions {
  /** Whether the service may get requests. `POST` to `/run` below it runs probes. @default '/healthcheck' */
  readonly path?: string;
  /** Whether the process lives; false for none. @default '/livez' */
  readonly livez?: string | false;
  /** The same as `path`, under the name that orchestrators use; false for none. @default '/readyz' */
  readonly readyz?: string | false;
  /** Whether the service has started; false for none. @default '/startupz' */
  readonly startupz?: string | false;
  /** Further groups, by path. @default none */
  readonly groups?: Readonly<Record<string, string>>;
  /** What somebody may see and do. @default nobody more than everybody */
  readonly authorize?: Authorize;
  /** The proxies whose X-Forwarded-For is believed, as ranges. @default none */
  readonly trustProxy?: readonly string[];
}

const TYPES = ['text/plain', 'text/html', 'application/json', 'application/health+json'] as const;
type Type = (typeof TYPES)[number];

/** Remembered Accept headers: probes send few different ones. */
const MOST_ACCEPTS = 64;
const PLAIN = 'text/plain; charset=UTF-8';

/** One path with its answers for everybody, made once and sent until something changes. */
interface Face {
  readonly group: string;
  readonly isPolled: boolean;
  version: number;
  readonly answers: Map<string, HealthAnswer>;
}

/**
 * The paths at which a service tells of its health. Reading never runs anything, for anybody; what everybody gets is made
 * when something changes and is the same bytes until then.
 */
export class HealthEndpoint {
  readonly health: Health;
  /** Who asks for readiness, and what they were told. */
  readonly polls: Polls = new Polls();
  readonly #faces = new Map<string, Face>();
  readonly #runPath: string;
  readonly #authorize: Authorize | undefined;
  readonly #trusted: readonly Network[];
  readonly #triggers: Triggers;
  readonly #accepts = new Map<string, Type>();

  /** @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong */
  constructor(health: Health, options: EndpointOptions = {}) {
    const { path = '/healthcheck', livez = '/livez', readyz = '/readyz', startupz = '/startupz' } = options;
    const paths: [string | false, string][] = [
      [path, 'readiness'],
      [livez, 'liveness'],
      [readyz, 'readiness'],
      [startupz, 'startup'],
      ...Object.entries(options.groups ?? {}),
    ];
    const issues: string[] = [];
    for (const [at, group] of paths) {
      if (at === false) continue;
      if (!at.startsWith('/') || pathOf(at) !== at) issues.push(`${JSON.stringify(at)} is no plain path`);
      else if (this.#faces.has(at)) issues.push(`the path ${at} is given twice`);
      this.#faces.set(at, { group, isPolled: group === 'readiness', version: -1, answers: new Map() });
    }
    if (issues.length > 0) throw new HealthcheckOptionsError(issues);
    this.health = health;
    this.#runPath = `${path}/run`;
    this.#authorize = options.authorize;
    this.#trusted = (options.trustProxy ?? []).map(parseNetwork);
    this.#triggers = new Triggers(health);
  }

  /**
   * Answers a request.
   * @returns undefined for one that is not of this endpoint, or is to be ignored, as if there were none
   */
  answer(given: HealthRequest): HealthAnswer | Promise<HealthAnswer> | undefined {
    let face = this.#faces.get(given.url);
    if (face === undefined) {
      const path = pathOf(given.url);
      face = this.#faces.get(path);
      if (face === undefined && path !== this.#runPath) return undefined;
    }
    const request = this.#trusted.length === 0 ? given : this.#behindProxy(given);
    if (this.health.toggles.ignores(request)) return undefined;
    const roles = this.#authorize === undefined ? NO_ROLES : rolesOf(this.#authorize, request);
    if (roles instanceof Promise) {
      return roles.then((found) =>
        face === undefined ? this.#run(request, found) : this.#tell(face, request, found),
      );
    }
    return face === undefined ? this.#run(request, roles) : this.#tell(face, request, roles);
  }

  #behindProxy({ method, url, headers, remoteAddress, port, original }: HealthRequest): HealthRequest {
    const client = clientAddress(remoteAddress, headers['x-forwarded-for'], this.#trusted);
    return { method, url, headers, remoteAddress: client, port, original };
  }

  #tell(face: Face, request: HealthRequest, roles: ReadonlySet<Role>): HealthAnswer {
    const isHead = request.method === 'HEAD';
    const type = isHead ? 'text/plain' : this.#typeFor(request.accept ?? request.headers.accept);
    const { toggles, now } = this.health;
    // Looking up a port takes longer than all the rest.
    const port = toggles.dependsOnPort ? request.port : undefined;
    const answer =
      roles.size === 0
        ? this.#prepared(face, isHead, type, port)
        : this.#write(face, isHead, type, port, roles);
    if (face.isPolled) this.polls.record(request.remoteAddress ?? '', answer.status < 300, now);
    return answer;
  }

  #typeFor(accept: string | readonly string[] | undefined): Type {
    if (accept === undefined) return 'text/plain';
    const header = typeof accept === 'string' ? accept : accept.join(',');
    let type = this.#accepts.get(header);
    if (type === undefined) {
      type = negotiate(header, TYPES);
      if (this.#accepts.size >= MOST_ACCEPTS) this.#accepts.clear();
      if (header.length <= 1024) this.#accepts.set(header, type);
    }
    return type;
  }

  #prepared(face: Face, isHead: boolean, type: Type, port: number | undefined): HealthAnswer {
    const { version } = this.health;
    if (face.version !== version) {
      face.answers.clear();
      face.version = version;
    }
    // The port is part of the question only where a toggle belongs to one.
    const key = port !== undefined ? `${isHead ? 'HEAD' : type} ${String(port)}` : isHead ? 'HEAD' : type;
    let answer = face.answers.get(key);
    if (answer === undefined) {
      answer = this.#write(face, isHead, type, port, NO_ROLES);
      if (face.answers.size < 64) face.answers.set(key, answer);
    }
    return answer;
  }

  #write(
    { group }: Face,
    isHead: boolean,
    type: Type,
    port: number | undefined,
    roles: ReadonlySet<Role>,
  ): HealthAnswer {
    const { health } = this;
    const { status, reasons } = health.standing(group, port);
    const isUp = status !== 'fail';
    // A connection that is kept would bring further requests to a service that is about to end.
    const more = ['Vary', 'Accept', ...(health.phase === 'draining' ? ['Connection', 'close'] : [])];
    if (isHead) return answerOf(isUp ? 204 : 503, isUp ? undefined : PLAIN, '', more);
    const code = isUp ? 200 : 503;
    switch (type) {
      case 'text/html':
        return answerOf(code, 'text/html; charset=UTF-8', writePage(health, group, port, roles), [
          ...more,
          'Content-Security-Policy',
          PAGE_POLICY,
          'X-Frame-Options',
          'DENY',
          'Referrer-Policy',
          'no-referrer',
        ]);
      case 'application/health+json':
        return answerOf(code, type, writeHealthJson(health, group, port, roles), more);
      case 'application/json':
        if (roles.size > 0) return answerOf(code, type, writeStatusJson(health, group, port, roles), more);
    }
    const results = reasons.map((reason) => ({ available: true, reason }));
    const isJson = type === 'application/json';
    return answerOf(
      code,
      isJson ? type : PLAIN,
      writeBody(isJson ? type : 'text/plain', { results, detailed: false }),
      more,
    );
  }

  #run(request: HealthRequest, roles: ReadonlySet<Role>): HealthAnswer | Promise<HealthAnswer> {
    const plain = (status: number, text: string, ...more: string[]): HealthAnswer =>
      answerOf(status, PLAIN, `${text}\n`, more);
    if (request.method !== 'POST') return plain(405, 'POST runs probes', 'Allow', 'POST');
    if (!roles.has('trigger')) {
      this.#triggers.refuse();
      return roles.size === 0
        ? plain(401, 'say who you are', 'WWW-Authenticate', 'Bearer realm="healthcheck"')
        : plain(403, 'you may not run probes');
    }
    const query = request.url.indexOf('?');
    const name = new URLSearchParams(query < 0 ? '' : request.url.slice(query + 1)).get('name') ?? undefined;
    const running = this.#triggers.run(name);
    if (request.headers.prefer === 'respond-async') {
      return answerOf(202, 'application/json', '{"accepted":true}\n', [
        'Preference-Applied',
        'respond-async',
      ]);
    }
    return running.then((outcome) => this.#runAnswer(outcome, plain));
  }

  #runAnswer(
    outcome: RunOutcome,
    plain: (status: number, text: string, ...more: string[]) => HealthAnswer,
  ): HealthAnswer {
    switch (outcome.kind) {
      case 'unknown':
        return plain(404, 'there is no such component, or it has no probe');
      case 'limited':
        return plain(429, 'too many runs', 'Retry-After', String(Math.ceil(outcome.wait / 1000)));
      case 'done':
        return answerOf(
          200,
          'application/json',
          `${JSON.stringify({ results: outcome.results }, null, 2)}\n`,
        );
    }
  }
}
