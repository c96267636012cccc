import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { backendErrorChannel, hostChannel, type BackendErrorEvent, type HostEvent } from '@oslofjord/cache';
import type { Health } from '@oslofjord/healthcheck';
import {
  claimChannel,
  softChannel,
  thresholdChannel,
  type ClaimEvent,
  type SoftLimitEvent,
  type ThresholdEvent,
} from '@oslofjord/limit';
import {
  reloadChannel,
  reloadFailedChannel,
  type PolicyIssue,
  type ReloadEvent,
  type ReloadFailedEvent,
} from '@oslofjord/policy';
import { Ring } from './ring.ts';

/** Something that happened, and when, in milliseconds since 1970. */
export interface Happened<Event> {
  readonly at: number;
  readonly event: Event;
}

/** A look of the service at the files that take it out of its balancer. */
export interface Toggled {
  readonly isAvailable: boolean;
  readonly reasons: readonly string[];
}

/** A claim of this process whose end was not told yet. */
export interface LiveClaim {
  readonly claimId: string;
  readonly projectId: string;
  readonly since: number;
}

/** A cache server, as its driver last told of it. */
export interface HostState {
  readonly driver: string;
  readonly host: string;
  readonly state: 'alive' | 'dead';
  readonly since: number;
}

const KEPT = 40;
/** How many claims are followed at a time; those beyond it are counted only. */
const MOST_CLAIMS = 1000;

/** What the libraries told on their channels lately. */
export class Events {
  readonly claims: Ring<Happened<ClaimEvent>> = new Ring<Happened<ClaimEvent>>(KEPT);
  readonly thresholds: Ring<Happened<ThresholdEvent>> = new Ring<Happened<ThresholdEvent>>(KEPT);
  readonly softLimits: Ring<Happened<SoftLimitEvent>> = new Ring<Happened<SoftLimitEvent>>(KEPT);
  readonly backendErrors: Ring<Happened<BackendErrorEvent>> = new Ring<Happened<BackendErrorEvent>>(KEPT);
  readonly reloads: Ring<Happened<ReloadEvent | ReloadFailedEvent>> = new Ring<
    Happened<ReloadEvent | ReloadFailedEvent>
  >(KEPT);
  readonly toggles: Ring<Happened<Toggled>> = new Ring<Happened<Toggled>>(KEPT);
  readonly hosts: Map<string, HostState> = new Map<string, HostState>();
  readonly openClaims: Map<string, LiveClaim> = new Map<string, LiveClaim>();
  /** What is wrong with the policy files now, while an older policy is in force. */
  refused: readonly PolicyIssue[] = [];
  readonly #stop: (() => void)[] = [];

  constructor(health: Health) {
    const into =
      <Event>(ring: Ring<Happened<Event>>) =>
      (event: Event): void => {
        ring.add({ at: Date.now(), event });
      };
    this.#listen(claimChannel.name, (event: ClaimEvent) => {
      into(this.claims)(event);
      this.#follow(event);
    });
    this.#listen(thresholdChannel.name, into(this.thresholds));
    this.#listen(softChannel.name, into(this.softLimits));
    this.#listen(backendErrorChannel.name, into(this.backendErrors));
    this.#listen(hostChannel.name, ({ driver, host, state }: HostEvent) => {
      this.hosts.set(`${driver} ${host}`, { driver, host, state, since: Date.now() });
    });
    this.#listen(reloadChannel.name, (event: ReloadEvent) => {
      this.refused = [];
      into(this.reloads)(event);
    });
    this.#listen(reloadFailedChannel.name, (event: ReloadFailedEvent) => {
      this.refused = event.issues;
      into(this.reloads)(event);
    });
    let known = '';
    const look = (): void => {
      const { summary } = health.toggles;
      if (summary === known) return;
      known = summary;
      const results = health.toggles.results(undefined);
      this.toggles.add({
        at: Date.now(),
        event: {
          isAvailable: results.every(({ available }) => Boolean(available)),
          reasons: results.map(({ reason }) => reason ?? ''),
        },
      });
    };
    this.#stop.push(health.onChange(look));
    look();
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #follow({ claimId, projectId, event }: ClaimEvent): void {
    if (event === 'reserved') {
      if (this.openClaims.size >= MOST_CLAIMS) return;
      this.openClaims.set(claimId, { claimId, projectId, since: Date.now() });
    } else if (event !== 'renewed' && event !== 'renew-failed') {
      this.openClaims.delete(claimId);
    }
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a channel's messages are of its event
  #listen<Event>(name: string | symbol, listener: (event: Event) => void): void {
    const heard = (message: unknown): void => {
      listener(message as Event);
    };
    subscribe(name, heard);
    this.#stop.push(() => unsubscribe(name, heard));
  }
}
