export { createLimitFixture, usageFrom } from './fixture.ts';
export type { FixtureOptions, LimitFixture, WritableLimits } from './fixture.ts';
export { FakeKeystone } from './fake-keystone.ts';
export type { FakeKeystoneOptions } from './fake-keystone.ts';
export { claimStoreSuite } from './claim-store-suite.ts';
export type { ClaimStoreSuiteOptions, SuiteRunner } from './claim-store-suite.ts';
export { limitProviderSuite } from './limit-provider-suite.ts';
export type { LimitProviderSuiteOptions, ProvidedLimits, ProvidedSetting } from './limit-provider-suite.ts';
