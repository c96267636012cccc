import { channel, type Channel } from 'node:diagnostics_channel';
import type { Milliseconds } from '@oslofjord/config';
import type { Transition } from './history.ts';

/** A probe ended: one that the library paced, or one that somebody asked for. */
export interface ProbeEvent {
  readonly component: string;
  readonly outcome: 'ok' | 'fail' | 'busy';
  readonly duration: Milliseconds;
}

/** Somebody asked for a run of probes. */
export interface TriggerEvent {
  readonly outcome: 'granted' | 'refused' | 'limited';
}

/** A step of a shutdown was reached. */
export interface ShutdownEvent {
  readonly step: 'draining' | 'seen' | 'closing' | 'closed';
  /** Since the shutdown began. */
  readonly elapsed: Milliseconds;
}

const named = <Payload>(name: string): Channel<unknown, Payload> =>
  channel(`oslofjord:healthcheck:${name}`) as Channel<unknown, Payload>;

/** `oslofjord:healthcheck:transition` */
export const transitionChannel: Channel<unknown, Transition> =
  /* @__PURE__ */ named<Transition>('transition');

/** `oslofjord:healthcheck:probe` */
export const probeChannel: Channel<unknown, ProbeEvent> = /* @__PURE__ */ named<ProbeEvent>('probe');

/** `oslofjord:healthcheck:trigger` */
export const triggerChannel: Channel<unknown, TriggerEvent> = /* @__PURE__ */ named<TriggerEvent>('trigger');

/** `oslofjord:healthcheck:shutdown` */
export const shutdownChannel: Channel<unknown, ShutdownEvent> =
  /* @__PURE__ */ named<ShutdownEvent>('shutdown');
