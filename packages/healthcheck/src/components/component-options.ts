import { parseDuration, type Count, type Duration, type Milliseconds } from '@oslofjord/config';
import { classifyAny, type Verdict } from './failure.ts';

/** What a failure of a component means for the service. */
export type Severity = 'critical' | 'degraded' | 'info';

/** Asks a component whether it works: anything but a rejection means that it does. */
export type Probe = (options: { readonly signal: AbortSignal }) => unknown;

/** What a check of this package knows of a kind of component. */
export interface Check {
  /** @default 'component' */
  readonly kind?: 'component' | 'datastore' | 'system';
  /** Asks the component itself. The library calls it only while the component fails, or has to be known before the start. */
  readonly probe?: Probe;
  /** What an error of a call says. @default everything but an abort by the caller is a failure */
  readonly classify?: (error: unknown) => Verdict;
  /** For what no traffic tells of, such as a disk: how often its probe is made while it works. @default never */
  readonly every?: Duration;
}

/** Something the service depends on. */
export interface ComponentOptions extends Check {
  /**
   * `'critical'`: without it the service gets no requests. `'degraded'`: it is told, and the service goes on; right for
   * what all nodes share. `'info'`: it never counts. @default 'critical'
   */
  readonly severity?: Severity;
  /** The groups it counts in; never `liveness`: restarting this process does not mend another. @default ['readiness'] */
  readonly groups?: readonly string[];
  /** Whether it must have worked once before the service has started; needs a probe. @default false */
  readonly startup?: boolean;
  /** Failures in a row until it fails. @default 3 */
  readonly failAfter?: Count;
  /** Successes in a row until it passes again. @default 2 */
  readonly passAfter?: Count;
  /** How long a call may take until it hangs; 0 for ever. @default 5 seconds */
  readonly hang?: Duration;
  /** From what share on of the calls that should have ended, hanging ones make it fail; fewer are a warning. @default 0.5 */
  readonly hangShare?: number;
  /** How long evidence is believed; 0 for ever. @default that of the health */
  readonly ttl?: Duration;
  /** From its failure to the first attempt at using it again; doubled for each further attempt. @default 1 second */
  readonly halfOpenAfter?: Duration;
  /** The longest time between attempts. @default 30 seconds; 1 second where a probe decides whether the service gets requests */
  readonly halfOpenMax?: Duration;
  /** Without a probe: how long the balancer may send requests at each attempt. @default 2 seconds */
  readonly halfOpenWindow?: Duration;
  /** How long a probe may take. @default 2 seconds */
  readonly probeDeadline?: Duration;
}

/** {@link ComponentOptions} with every default in place. */
export interface ResolvedComponentOptions {
  readonly kind: 'component' | 'datastore' | 'system';
  readonly severity: Severity;
  readonly groups: readonly string[];
  readonly startup: boolean;
  readonly failAfter: Count;
  readonly passAfter: Count;
  readonly hang: Milliseconds;
  readonly hangShare: number;
  readonly ttl: Milliseconds;
  readonly every: Milliseconds;
  readonly halfOpenAfter: Milliseconds;
  readonly halfOpenMax: Milliseconds;
  readonly halfOpenWindow: Milliseconds;
  readonly probeDeadline: Milliseconds;
  readonly probe: Probe | undefined;
  /** What an error of a call says. */
  readonly classify: (error: unknown) => Verdict;
}

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** What is wrong with the name of a component or group; undefined when nothing is. */
export const nameIssue = (name: string): string | undefined =>
  NAME.test(name) && !(name in Object.prototype)
    ? undefined
    : `${JSON.stringify(name.slice(0, 80))} is no name: up to 64 letters, digits, "_", "." and "-", and no word of JavaScript's own objects`;

const atLeastOne = (name: string, value: number): string[] =>
  Number.isInteger(value) && value >= 1 ? [] : [`${name} must be a whole number from 1 on, not ${value}`];

/** Everything that is wrong with options of a component. */
export const componentIssues = (name: string, options: ComponentOptions): string[] => {
  const { groups = [], failAfter = 3, passAfter = 2, hangShare = 0.5, startup = false, probe } = options;
  const own = [name, ...groups].flatMap((one) => nameIssue(one) ?? []);
  return [
    ...own,
    ...atLeastOne('failAfter', failAfter),
    ...atLeastOne('passAfter', passAfter),
    ...(hangShare > 0 && hangShare <= 1 ? [] : [`hangShare must be above 0 and at most 1, not ${hangShare}`]),
    ...(startup && probe === undefined
      ? ['startup needs a probe: before the start there is no traffic to learn from']
      : []),
    ...(options.every !== undefined && probe === undefined ? ['every needs a probe'] : []),
    ...(groups.includes('liveness')
      ? ['a component cannot be in liveness: restarting this process does not mend another']
      : []),
    ...(groups.includes('startup') ? ['say startup: true instead of the group'] : []),
  ].map((issue) => `component ${JSON.stringify(name.slice(0, 80))}: ${issue}`);
};

/** Completes the options of a component. */
export const resolveComponentOptions = (
  options: ComponentOptions,
  ttl: Milliseconds,
): ResolvedComponentOptions => {
  const { severity = 'critical', groups = ['readiness'], probe } = options;
  const halfOpenAfter = parseDuration(options.halfOpenAfter ?? 1);
  const decides = severity === 'critical' && groups.includes('readiness') && probe !== undefined;
  const halfOpenMax = parseDuration(options.halfOpenMax ?? (decides ? 1 : 30));
  return Object.freeze({
    kind: options.kind ?? 'component',
    severity,
    groups,
    startup: options.startup ?? false,
    failAfter: options.failAfter ?? 3,
    passAfter: options.passAfter ?? 2,
    hang: parseDuration(options.hang ?? 5),
    hangShare: options.hangShare ?? 0.5,
    ttl: options.ttl === undefined ? ttl : parseDuration(options.ttl),
    every: parseDuration(options.every ?? 0),
    halfOpenAfter,
    halfOpenMax: Math.max(halfOpenMax, halfOpenAfter),
    halfOpenWindow: parseDuration(options.halfOpenWindow ?? 2),
    probeDeadline: parseDuration(options.probeDeadline ?? 2),
    probe,
    classify: options.classify ?? classifyAny,
  });
};
