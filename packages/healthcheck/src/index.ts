// Asking
export { Healthcheck } from './healthcheck.ts';
export type { HealthcheckRequest, HealthcheckResponse } from './healthcheck.ts';

// Backends
export type { HealthcheckBackend, HealthcheckResult } from './backends/backend.ts';

// Options
export { healthcheckOptions, optionGroups } from './option-groups.ts';
export type { HealthcheckOptionTypes } from './option-groups.ts';
export type { HealthcheckOptions, OsloHealthcheckOptions } from './options.ts';

// Errors
export {
  HealthcheckError,
  HealthcheckOptionsError,
  InvalidAddressError,
  InvalidRangeError,
} from './errors.ts';
