import { EventLoop } from './event-loop.ts';
import { TickClock } from './clock.ts';
import { probeChannel, transitionChannel } from './channels.ts';
import { Component, type ComponentHost } from './components/component.ts';
import {
  componentIssues,
  nameIssue,
  resolveComponentOptions,
  type ComponentOptions,
} from './components/component-options.ts';
import { DuplicateComponentError, HealthcheckOptionsError } from './errors.ts';
import { Healthcheck } from './healthcheck.ts';
import { resolveHealthOptions, type HealthOptions, type ResolvedHealthOptions } from './health-options.ts';
import { History, type Transition } from './history.ts';
import { Liveness } from './liveness.ts';
import { reportOf, weigh, worst, type GroupReport } from './reports.ts';
import { RequestScopes } from './request-scope.ts';
import { routeOf } from './routes.ts';

/** Where a service is in its life. */
export type Phase = 'starting' | 'running' | 'draining';

/** From how many ticks at once on the process stood still. */
const LATE = 2;

/** How work of the start stands. */
type StartupState = 'running' | 'done' | 'failed';

/** How a group stands, without its components. */
interface Standing {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly reasons: readonly string[];
}

/**
 * The health of a service, learned from the calls it makes anyway. Nothing that is asked of it starts any work: what it
 * answers it knows already.
 * @example
 * const health = createHealth({ service: 'volumes' });
 * const database = health.component('database', postgresql(pool));
 * await health.start();
 * await database.track(() => pool.query('SELECT …'));
 * health.report('readiness').status; // 'pass'
 */
export class Health {
  /** The file toggles and backends of `[healthcheck]`. */
  readonly toggles: Healthcheck;
  readonly liveness: Liveness;
  readonly loop: EventLoop = new EventLoop();
  readonly options: ResolvedHealthOptions;
  readonly #clock: TickClock;
  readonly #scopes = new RequestScopes();
  readonly #components = new Map<string, Component>();
  readonly #history: History;
  readonly #startup = new Map<string, StartupState>();
  readonly #listeners = new Set<(transition: Transition) => void>();
  readonly #routeOf: (request: unknown) => string | undefined;
  readonly #host: ComponentHost;
  readonly #standings = new Map<string, Standing>();
  readonly #onChange = new Set<() => void>();
  #version = 0;
  #standingsOf = -1;
  #phase: Phase = 'starting';
  #trouble: string | undefined;
  #isLate = false;
  #toggled = '';

  /**
   * @param now the monotonic time, for tests
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
   */
  constructor(options: HealthOptions = {}, now?: () => number) {
    this.options = resolveHealthOptions(options);
    this.toggles = new Healthcheck(options);
    this.toggles.onChange = () => {
      this.#changed();
    };
    this.#clock = new TickClock(this.options.tick, now);
    this.liveness = new Liveness(now ?? (() => performance.now()), () => {
      this.#changed();
    });
    this.#history = new History(this.options.history);
    this.#routeOf = options.routeOf ?? routeOf;
    this.#host = {
      clock: this.#clock,
      scopes: this.#scopes,
      countsAnonymous: this.options.countsAnonymous,
      keepsMessages: this.options.keepsMessages,
      random: this.options.random,
      onReading: (component, before) => {
        this.#note(component, before.status);
      },
      onProbe: (component, { outcome }, duration) => {
        if (probeChannel.hasSubscribers)
          probeChannel.publish({ component: component.name, outcome, duration });
      },
    };
  }

  /**
   * Adds something that the service depends on.
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
   * @throws DuplicateComponentError (ERR_HEALTHCHECK_DUPLICATE) when there is one of this name
   */
  component(name: string, options: ComponentOptions = {}): Component {
    const issues = componentIssues(name, options);
    if (issues.length > 0) throw new HealthcheckOptionsError(issues);
    if (this.#components.has(name)) throw new DuplicateComponentError(name);
    const component = new Component(name, resolveComponentOptions(options, this.options.ttl), this.#host);
    this.#components.set(name, component);
    this.#changed();
    return component;
  }

  /** The components, in the order they were added. */
  get components(): ReadonlyMap<string, Component> {
    return this.#components;
  }

  /** Where the service is in its life. */
  get phase(): Phase {
    return this.#phase;
  }

  /** The monotonic time in milliseconds, as exact as a tick. */
  get now(): number {
    return this.#clock.tick * this.#clock.length;
  }

  /** Goes up whenever an answer may change. */
  get version(): number {
    return this.#version;
  }

  /** The last transitions, oldest first. */
  get history(): readonly Transition[] {
    return this.#history.list();
  }

  /**
   * Work that has to be done before the service has started. The service stays unready when it fails.
   * @returns what the work does
   */
  async startup<Result>(name: string, work: () => Result | PromiseLike<Result>): Promise<Result> {
    const issue = nameIssue(name);
    if (issue !== undefined) throw new HealthcheckOptionsError([`startup: ${issue}`]);
    const set = (state: StartupState): void => {
      this.#startup.set(name, state);
      this.#changed();
    };
    set('running');
    try {
      const result = await work();
      set('done');
      return result;
    } catch (error) {
      set('failed');
      throw error;
    }
  }

  /** Begins to tell time and to look at files; resolves after the first look. Until then the service is not ready. */
  async start(): Promise<void> {
    this.#clock.start(() => {
      this.tick();
    });
    await this.toggles.start();
    if (this.#phase === 'starting') this.#phase = 'running';
    this.tick();
    this.#changed();
  }

  /** Ends what {@link start} began. The last readings remain. */
  close(): void {
    this.#clock.close();
    this.toggles.close();
  }

  /** {@link close} */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** From now on the service is not ready: the balancer is to send its requests elsewhere. It still serves. */
  drain(): void {
    if (this.#phase === 'draining') return;
    this.#phase = 'draining';
    this.#changed();
  }

  /** Takes {@link drain} back. */
  undrain(): void {
    if (this.#phase !== 'draining') return;
    this.#phase = 'running';
    this.#changed();
  }

  /**
   * Runs the work of a request: what it calls counts if the request is authenticated, and components learn which routes
   * use them. Adapters do this.
   */
  request<Result>(request: unknown, work: () => Result): Result {
    return this.#scopes.run(
      {
        isAuthenticated: () => this.options.isAuthenticated(request),
        route: () => this.#routeOf(request),
      },
      work,
    );
  }

  /** Calls `listener` with every transition. @returns a function that ends it */
  subscribe(listener: (transition: Transition) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` whenever an answer may have changed. @returns a function that ends it */
  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /** The names of the groups that something is in, beside the three that always are. */
  get groups(): readonly string[] {
    const own = [...this.#components.values()].flatMap(({ options }) => options.groups);
    return [...new Set(['liveness', 'startup', 'readiness', ...own])];
  }

  /**
   * How a group stands: its status and the words that everybody may read.
   * @param port that was asked, for toggles that belong to a port
   */
  standing(group: string, port?: number): Standing {
    if (this.#standingsOf !== this.#version) {
      this.#standings.clear();
      this.#standingsOf = this.#version;
    }
    const key = this.toggles.dependsOnPort ? `${group} ${String(port ?? '')}` : group;
    let standing = this.#standings.get(key);
    if (standing === undefined) {
      standing = this.#stand(group, port);
      // A bound, for ports are the clients' choice on some systems.
      if (this.#standings.size < 64) this.#standings.set(key, standing);
    }
    return standing;
  }

  /** How a group stands without toggles and backends: by its components, and where the service is in its life. */
  standingOfComponents(group: string): Standing {
    return this.#stand(group, 'none');
  }

  /** The whole of a group, as a plain object. */
  report(group = 'readiness', port?: number): GroupReport {
    const { status, reasons } = this.standing(group, port);
    return { group, status, reasons, components: this.#in(group).map(reportOf) };
  }

  /** Looks at the clock and at what depends on it. Called by itself once a tick; tests may call it. */
  tick(): void {
    const before = this.#clock.tick;
    // A process that is late again and again has to judge all the same.
    this.#isLate = this.#clock.refresh() - before > LATE && !this.#isLate;
    for (const component of this.#components.values()) component.advance(this.#isLate);
    this.loop.onTick(this.#clock.length);
    const { trouble } = this.liveness;
    const toggled = this.toggles.summary;
    if (trouble === this.#trouble && toggled === this.#toggled) return;
    this.#trouble = trouble;
    this.#toggled = toggled;
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#onChange) listener();
  }

  #in(group: string): Component[] {
    return [...this.#components.values()].filter(({ options }) =>
      group === 'startup' ? options.startup : options.groups.includes(group),
    );
  }

  #stand(group: string, port: number | 'none' | undefined): Standing {
    if (group === 'liveness') {
      return this.liveness.trouble === undefined
        ? { status: 'pass', reasons: [] }
        : { status: 'fail', reasons: ['BROKEN'] };
    }
    const isDraining = this.#phase === 'draining';
    const isStarting = this.#phase === 'starting' || !this.#hasStarted();
    const life = isDraining ? ['SHUTTING DOWN'] : isStarting ? ['STARTING'] : [];
    if (group === 'startup') return { status: life.length > 0 ? 'fail' : 'pass', reasons: life };
    const components = this.#in(group);
    const { unknown, publicNames } = this.options;
    const weights = components.map(({ reading, options }) =>
      weigh(reading.status, options.severity, unknown),
    );
    const status = worst(weights);
    const names = components
      .filter((_, index) => weights[index] === 'fail')
      .map(({ name }) => `${name} FAILED`);
    const failed = status === 'fail' ? (publicNames ? names : ['UNAVAILABLE']) : [];
    const own: Standing = { status: life.length > 0 ? 'fail' : status, reasons: [...life, ...failed] };
    if (port === 'none') return own;
    const toggles = this.toggles.results(port);
    const isToggled = toggles.some(({ available }) => !available);
    return {
      status: isToggled ? 'fail' : own.status,
      reasons: [...toggles.map(({ reason }) => reason ?? ''), ...own.reasons],
    };
  }

  #hasStarted(): boolean {
    return (
      [...this.#startup.values()].every((state) => state === 'done') &&
      this.#in('startup').every(({ hasWorked }) => hasWorked)
    );
  }

  #note(component: Component, from: Transition['from']): void {
    const { name, reading, failure } = component;
    this.#changed();
    const transition: Transition = {
      at: Date.now(),
      component: name,
      from,
      to: reading.status,
      cause: reading.cause,
      ...(failure === undefined ? {} : { code: failure.code }),
    };
    this.#history.add(transition);
    if (transitionChannel.hasSubscribers) transitionChannel.publish(transition);
    for (const listener of this.#listeners) listener(transition);
  }
}

/**
 * The health of a service.
 * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
 */
export const createHealth = (options: HealthOptions = {}): Health => new Health(options);
