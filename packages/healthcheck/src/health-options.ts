import { parseDuration, type Count, type Duration, type Milliseconds } from '@oslofjord/config';
import { HealthcheckOptionsError } from './errors.ts';
import type { HealthcheckOptions } from './options.ts';

/** What the health of a service is made of, beside its components. File toggles are those of `[healthcheck]`. */
export interface HealthOptions extends Omit<HealthcheckOptions, 'compat'> {
  /** Has no effect here: details are for those who have the role of it. */
  readonly detailed?: boolean;
  /** How the service is called in reports. @default 'service' */
  readonly service?: string;
  /** How long evidence is believed; 0 for ever. @default 60 seconds */
  readonly ttl?: Duration;
  /** What a component of which nothing is known makes of its group. @default 'warn' */
  readonly unknown?: 'warn' | 'fail';
  /**
   * Whose calls count: `'authenticated'` leaves out those in requests that nobody has authenticated, so that nobody
   * anonymous can make the service look ill. Calls outside any request always count. @default 'authenticated' where
   * `isAuthenticated` is given, else 'any'
   */
  readonly evidence?: 'authenticated' | 'any';
  /** Whether it is known who sent a request, as the framework hands it on. */
  readonly isAuthenticated?: (request: unknown) => boolean;
  /** The route of a request, one of few. @default that of express, fastify, koa's and hono's routers; else its path with `:id` for numbers */
  readonly routeOf?: (request: unknown) => string | undefined;
  /** What is kept of errors: their code or class, or also their message without what looks like a secret. @default 'code' */
  readonly errors?: 'code' | 'message';
  /** Whether everybody may see which components fail. @default false */
  readonly publicNames?: boolean;
  /** How finely time is told: what costs a few microseconds a tick, and how late a hanging call is noticed. @default 250 ms */
  readonly tick?: Duration;
  /** How many transitions are remembered. @default 64 */
  readonly history?: Count;
  /** 0 to 1, for the spread of attempts. @default Math.random */
  readonly random?: () => number;
}

/** {@link HealthOptions} with every default in place. */
export interface ResolvedHealthOptions {
  readonly service: string;
  readonly ttl: Milliseconds;
  readonly unknown: 'warn' | 'fail';
  readonly countsAnonymous: boolean;
  /** Whether it is known who sent a request. */
  readonly isAuthenticated: (request: unknown) => boolean;
  readonly keepsMessages: boolean;
  readonly publicNames: boolean;
  readonly tick: Milliseconds;
  readonly history: Count;
  /** 0 to 1, for the spread of attempts. */
  readonly random: () => number;
}

/**
 * Completes options with their defaults.
 * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
 */
export const resolveHealthOptions = (options: HealthOptions): ResolvedHealthOptions => {
  const { isAuthenticated, evidence = isAuthenticated === undefined ? 'any' : 'authenticated' } = options;
  const tick = parseDuration(options.tick ?? '250ms');
  const history = options.history ?? 64;
  const issues = [
    ...(evidence === 'authenticated' && isAuthenticated === undefined
      ? ["evidence: 'authenticated' needs isAuthenticated"]
      : []),
    ...(tick < 1 ? ['tick must be at least a millisecond; a bare number counts seconds'] : []),
    ...(Number.isInteger(history) && history > 0 ? [] : ['history must be a whole number from 1 on']),
  ];
  if (issues.length > 0) throw new HealthcheckOptionsError(issues);
  return Object.freeze({
    service: options.service ?? 'service',
    ttl: parseDuration(options.ttl ?? 60),
    unknown: options.unknown ?? 'warn',
    countsAnonymous: evidence === 'any',
    isAuthenticated: isAuthenticated ?? (() => false),
    keepsMessages: options.errors === 'message',
    publicNames: options.publicNames ?? false,
    tick,
    history,
    random: options.random ?? Math.random,
  });
};
