// The health of a service
export { createHealth, Health } from './health.ts';
export type { Phase } from './health.ts';
export type { HealthOptions, ResolvedHealthOptions } from './health-options.ts';
export type { ComponentReport, GroupReport } from './reports.ts';
export type { Transition } from './history.ts';
export type { EventLoop } from './event-loop.ts';
export type { Heartbeat, Liveness } from './liveness.ts';

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

// Answering
export { HealthEndpoint } from './endpoint/endpoint.ts';
export type { EndpointOptions } from './endpoint/endpoint.ts';
export type { HealthAnswer, HealthRequest } from './endpoint/request.ts';
export type { Polls } from './endpoint/polls.ts';
export { attach, healthListener } from './adapters/node.ts';
export { startHealthServer } from './adapters/health-server.ts';
export type { HealthServerAddress } from './adapters/health-server.ts';
export type { RequestListener } from './adapters/node.ts';

// Ending
export { Shutdown } from './shutdown.ts';
export type { ShutdownHook, ShutdownOptions, ShutdownReport } from './shutdown.ts';

// Who sees what
export { rolesByPolicy } from './exposure/roles.ts';
export type { Authorize, PolicyEnforcerLike, Role } from './exposure/roles.ts';

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
  HealthWorkerError,
  ManifestError,
  HealthcheckError,
  HealthcheckOptionsError,
  InvalidAddressError,
  InvalidRangeError,
} from './errors.ts';
