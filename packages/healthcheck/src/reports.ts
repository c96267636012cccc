import type { Count, Milliseconds } from '@oslofjord/config';
import type { Component } from './components/component.ts';
import type { Severity } from './components/component-options.ts';
import type { Failure } from './components/failure.ts';
import type { Reading } from './components/state.ts';

/** How a component stands. */
export interface ComponentReport {
  readonly name: string;
  readonly kind: 'component' | 'datastore' | 'system';
  readonly severity: Severity;
  readonly groups: readonly string[];
  readonly status: Reading['status'];
  readonly cause: Reading['cause'];
  /** Calls that succeeded and failed since the process started. */
  readonly oks: Count;
  readonly fails: Count;
  /** Since something was last learned of it; absent before. */
  readonly age?: Milliseconds;
  readonly inFlight: Count;
  /** Calls that were written off because new ones worked. */
  readonly abandoned: Count;
  /** The age of the oldest call under way. */
  readonly oldest?: Milliseconds;
  /** What it failed with last; absent while it works. */
  readonly failure?: Failure;
  /** The routes whose requests used it. */
  readonly routes: readonly string[];
}

/** How a group stands. */
export interface GroupReport {
  readonly group: string;
  readonly status: 'pass' | 'warn' | 'fail';
  /** A few words for everybody: fixed ones, that name nothing inside. */
  readonly reasons: readonly string[];
  readonly components: readonly ComponentReport[];
}

/** The report of a component. */
export const reportOf = (component: Component): ComponentReport => {
  const { name, options, reading, evidence, failure, routes } = component;
  const { age, oldest, ...counts } = evidence;
  return {
    name,
    kind: options.kind,
    severity: options.severity,
    groups: options.groups,
    ...reading,
    ...counts,
    ...(age === undefined ? {} : { age }),
    ...(oldest === undefined ? {} : { oldest }),
    ...(failure === undefined ? {} : { failure }),
    routes: [...routes].sort(),
  };
};

/** What a component adds to its group, by its severity. Unknown neither raises nor hides anything. */
export const weigh = (
  status: Reading['status'],
  severity: Severity,
  unknown: 'warn' | 'fail',
): 'pass' | 'warn' | 'fail' => {
  if (severity === 'info' || status === 'pass') return 'pass';
  const isFailing = status === 'fail' || (status === 'unknown' && unknown === 'fail');
  return isFailing && severity === 'critical' ? 'fail' : 'warn';
};

const RANK = { pass: 0, warn: 1, fail: 2 } as const;

/** The worst of several; pass where there is none. */
export const worst = (statuses: Iterable<'pass' | 'warn' | 'fail'>): 'pass' | 'warn' | 'fail' => {
  let found: 'pass' | 'warn' | 'fail' = 'pass';
  for (const status of statuses) if (RANK[status] > RANK[found]) found = status;
  return found;
};
