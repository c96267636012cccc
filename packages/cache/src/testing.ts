export { driverSuite } from './testing/driver-suite.ts';
export type { DriverSuiteOptions, SuiteRunner } from './testing/driver-suite.ts';
export { fakeClock } from './testing/fake-clock.ts';
export type { FakeClock } from './testing/fake-clock.ts';
