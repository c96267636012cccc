import type { CacheRegion } from '@oslofjord/cache';
import type { Health } from '@oslofjord/healthcheck';
import type { ClaimStore, Enforcer as Quotas, LimitProvider } from '@oslofjord/limit';
import type { Registry } from '@oslofjord/metrics';
import type { VolumeStore } from '../volumes.ts';
import type { Faults } from './demo/faults.ts';
import type { Traffic } from './demo/traffic.ts';
import type { Events } from './watch/events.ts';
import type { RecordingEnforcer } from './watch/recording-enforcer.ts';
import type { Samples } from './watch/samples.ts';

/** The parts of the service that the console shows. */
export interface ConsoleParts {
  readonly enforcer: RecordingEnforcer;
  readonly store: Pick<VolumeStore, 'projects' | 'usageOf'>;
  readonly quotas: Quotas;
  /** Where the limits come from. */
  readonly limits: LimitProvider;
  readonly claims: ClaimStore;
  readonly regions: readonly CacheRegion[];
  readonly metrics: Registry;
  readonly health: Health;
  /** What the database is, in words. */
  readonly database: string;
  /** The file that takes the service out of its balancer; without one the console does not drain. */
  readonly disableFile?: string | undefined;
  /** In the demo: breaks parts for a while. */
  readonly faults?: Faults | undefined;
}

/** What pages are made of: the parts, and what was watched of them. */
export interface Watched extends ConsoleParts {
  readonly events: Events;
  readonly samples: Samples;
  readonly traffic: Traffic | undefined;
  /** What every form carries. */
  readonly formToken: string;
}
