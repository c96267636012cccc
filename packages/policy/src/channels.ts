import { channel, type Channel } from 'node:diagnostics_channel';
import type { PolicyIssue } from './errors.ts';
import type { DeprecationNotice } from './rules/deprecation.ts';

/** A policy came into force: at the first load, and whenever its files changed, also back to it after they were refused. */
export interface ReloadEvent {
  /** The files it was read from, in the order in which they apply. */
  readonly files: readonly string[];
  /** SHA-256 of the files' contents, in hexadecimal: the same policy has the same version. */
  readonly version: string;
  /** The rules whose check differs from the policy before, in order; none where files are back as they were. */
  readonly changed: readonly string[];
}

/** A changed policy was refused; the one in force stays in force. A {@link ReloadEvent} tells that this is over. */
export interface ReloadFailedEvent {
  readonly issues: readonly PolicyIssue[];
}

/** A rule denied. Neither target nor credentials are part of it: they may hold secrets. */
export interface DeniedEvent {
  /** The rule as it was asked for; for a check object its text. */
  readonly rule: string;
  readonly reason: 'rule' | 'scope' | 'undefined rule';
}

/** A remote server gave an answer that is neither `True` nor `False`; the decision was a denial. */
export interface RemoteUnknownEvent {
  /** Scheme and host of the server. */
  readonly server: string;
  readonly status: number;
}

/** A policy file is JSON, which Oslo no longer supports: `oslofjord-policy convert` makes YAML of it. */
export interface JsonFileEvent {
  readonly file: string;
}

/** `oslofjord:policy:reload` */
export const reloadChannel: Channel<unknown, ReloadEvent> = channel('oslofjord:policy:reload') as Channel<
  unknown,
  ReloadEvent
>;

/** `oslofjord:policy:reload_failed` */
export const reloadFailedChannel: Channel<unknown, ReloadFailedEvent> = channel(
  'oslofjord:policy:reload_failed',
) as Channel<unknown, ReloadFailedEvent>;

/** `oslofjord:policy:denied` */
export const deniedChannel: Channel<unknown, DeniedEvent> = channel('oslofjord:policy:denied') as Channel<
  unknown,
  DeniedEvent
>;

/** `oslofjord:policy:deprecation`: a file uses an old name, or an old default still counts. */
export const deprecationChannel: Channel<unknown, DeprecationNotice> = channel(
  'oslofjord:policy:deprecation',
) as Channel<unknown, DeprecationNotice>;

/** `oslofjord:policy:remote_unknown` */
export const remoteUnknownChannel: Channel<unknown, RemoteUnknownEvent> = channel(
  'oslofjord:policy:remote_unknown',
) as Channel<unknown, RemoteUnknownEvent>;

/** `oslofjord:policy:json_file`: at every reading. */
export const jsonFileChannel: Channel<unknown, JsonFileEvent> = channel(
  'oslofjord:policy:json_file',
) as Channel<unknown, JsonFileEvent>;
