import type { Awaitable, LimitProvider } from '../provider.ts';
import type { LimitsDocument } from '../yaml/document.ts';

/** Anything that knows limits: a service's own quota tables on their way to Keystone, say. */
export interface LimitSource {
  read(): Awaitable<LimitsDocument>;
}

/** What a provider has, as a source. */
export const providerSource = (provider: LimitProvider): LimitSource => ({
  read: async (): Promise<LimitsDocument> => ({
    model: (await provider.enforcementModel()) as LimitsDocument['model'],
    registered: await provider.registeredLimits(),
    projects: await provider.allLimits(),
    parents: new Map(),
  }),
});
