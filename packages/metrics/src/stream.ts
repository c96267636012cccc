export { streamTo } from './stream/sender.ts';
export type { StreamOptions, StreamSender } from './stream/sender.ts';
