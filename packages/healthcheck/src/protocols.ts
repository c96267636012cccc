// gRPC
export { startGrpcHealth } from './protocols/grpc.ts';
export type { GrpcHealthOptions, GrpcHealthServer } from './protocols/grpc.ts';

// HAProxy
export { agentLine, startHaproxyAgent } from './protocols/haproxy-agent.ts';
export type { AgentOptions } from './protocols/haproxy-agent.ts';

// systemd
export { notifySystemd, sendByCommand, sendByKoffi } from './protocols/systemd.ts';
export type { KoffiLibraryLike, KoffiLike, SystemdOptions, SystemdSend } from './protocols/systemd.ts';
