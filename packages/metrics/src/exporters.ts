export { encodeOtlp, pushOtlp } from './exporters/otlp.ts';
export type { OtlpOptions } from './exporters/otlp.ts';
export { encodeRemoteWrite, pushRemoteWrite } from './exporters/remote-write.ts';
export type { RemoteWriteOptions } from './exporters/remote-write.ts';
export type { Pusher, PushOptions } from './exporters/push.ts';
