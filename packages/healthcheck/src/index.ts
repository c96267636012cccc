// The health of a service
export { createHealth, Health } from './health.ts';
export type { Phase } from './health.ts';
export type { HealthOptions, ResolvedHealthOptions } from './health-options.ts';
export type { ComponentReport, GroupReport } from './reports.ts';
export type { Transition } from './history.ts';
export type { EventLoop } from './event-loop.ts';
export type { Liveness } from './liveness.ts';

// Components
export type { CallToken, Component } from './components/component.ts';
export type {
  Check,
  ComponentOptions,
  Probe,
  ResolvedComponentOptions,
  Severity,
} from './components/component-options.ts';
export type { Failure, Verdict } from './components/failure.ts';
export type { ProbeResult } from './components/probe-runner.ts';
export type { Reading } from './components/state.ts';

// oslo.middleware's healthcheck
export { Healthcheck } from './healthcheck.ts';
export type { HealthcheckRequest, HealthcheckResponse } from './healthcheck.ts';

// Backends
export type { HealthcheckBackend, HealthcheckResult } from './backends/backend.ts';

// Options
export { healthcheckOptions, optionGroups } from './option-groups.ts';
export type { HealthcheckOptionTypes } from './option-groups.ts';
export type { HealthcheckOptions, OsloHealthcheckOptions } from './options.ts';

// Channels
export { probeChannel, shutdownChannel, transitionChannel, triggerChannel } from './channels.ts';
export type { ProbeEvent, ShutdownEvent, TriggerEvent } from './channels.ts';

// Errors
export {
  DuplicateComponentError,
  HealthcheckError,
  HealthcheckOptionsError,
  InvalidAddressError,
  InvalidRangeError,
} from './errors.ts';
