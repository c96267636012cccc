export { datagramEvents } from './messaging/datagrams.ts';
export type { DatagramEvents, DatagramOptions, DatagramReport, DropReason } from './messaging/datagrams.ts';
export { registryEvents } from './messaging/events.ts';
export type { OsloEvents, OsloLabels, RegistryEventsOptions } from './messaging/events.ts';
export { osloMessagingMetricsOptions, rpcMetricsFromConfig } from './messaging/options.ts';
export type { ConfiguredRpcMetrics } from './messaging/options.ts';
export { RpcMetrics } from './messaging/rpc-metrics.ts';
export type { ClientCall, RpcTarget, ServerCall } from './messaging/rpc-metrics.ts';
export type { RpcEndpoint, RpcEndpoints } from './messaging/rpc.ts';
