import { channel, type Channel } from 'node:diagnostics_channel';
import type { Milliseconds } from '@oslofjord/config';
import type { MissReason } from './freshness.ts';

/** A read was answered from the cache. Keys are not part of it: they may hold secrets. */
export interface HitEvent {
  readonly region: string;
  /** The entry was older than its expiration time. */
  readonly isStale: boolean;
}

/** A read found nothing usable. */
export interface MissEvent {
  readonly region: string;
  readonly reason: MissReason;
}

/** A creator was called. */
export interface CreateEvent {
  readonly region: string;
  readonly duration: Milliseconds;
  /** The name of what it threw; absent on success. */
  readonly error?: string;
}

/** A created value was not stored, because its key was written, deleted or invalidated meanwhile. */
export interface VoidedEvent {
  readonly region: string;
}

/** A cache server failed, and the region went on without it. */
export interface BackendErrorEvent {
  readonly driver: string;
  readonly host: string;
  readonly operation: 'read' | 'write' | 'delete' | 'lease' | 'watch';
  /** The stable code of the error. */
  readonly code: string;
}

/** A server was given up, or came back. */
export interface HostEvent {
  readonly driver: string;
  readonly host: string;
  readonly state: 'alive' | 'dead';
}

/** Stored bytes could not be read and count as absent. */
export interface CodecErrorEvent {
  readonly driver: string;
  /** The message of the error, which never holds a value. */
  readonly message: string;
}

/** One request to a driver, told by the proxy `debugging`. Keys and values are not part of it. */
export interface RequestEvent {
  readonly driver: string;
  readonly operation: 'read' | 'write' | 'delete';
  readonly keys: number;
  /** Of a read, how many entries it found. */
  readonly found: number;
  readonly duration: Milliseconds;
}

/** A deprecated name was used, or an option has no effect here. */
export interface DeprecationEvent {
  readonly subject: string;
  readonly message: string;
}

const named = <Payload>(name: string): Channel<unknown, Payload> =>
  channel(`oslofjord:cache:${name}`) as Channel<unknown, Payload>;

/** `oslofjord:cache:hit` */
export const hitChannel: Channel<unknown, HitEvent> = /* @__PURE__ */ named<HitEvent>('hit');

/** `oslofjord:cache:miss` */
export const missChannel: Channel<unknown, MissEvent> = /* @__PURE__ */ named<MissEvent>('miss');

/** `oslofjord:cache:create` */
export const createChannel: Channel<unknown, CreateEvent> = /* @__PURE__ */ named<CreateEvent>('create');

/** `oslofjord:cache:voided` */
export const voidedChannel: Channel<unknown, VoidedEvent> = /* @__PURE__ */ named<VoidedEvent>('voided');

/** `oslofjord:cache:backend_error` */
export const backendErrorChannel: Channel<unknown, BackendErrorEvent> =
  /* @__PURE__ */ named<BackendErrorEvent>('backend_error');

/** `oslofjord:cache:host` */
export const hostChannel: Channel<unknown, HostEvent> = /* @__PURE__ */ named<HostEvent>('host');

/** `oslofjord:cache:codec_error` */
export const codecErrorChannel: Channel<unknown, CodecErrorEvent> =
  /* @__PURE__ */ named<CodecErrorEvent>('codec_error');

/** `oslofjord:cache:deprecation` */
export const deprecationChannel: Channel<unknown, DeprecationEvent> =
  /* @__PURE__ */ named<DeprecationEvent>('deprecation');

/** `oslofjord:cache:request` */
export const requestChannel: Channel<unknown, RequestEvent> = /* @__PURE__ */ named<RequestEvent>('request');
