export { ShadowedEnforcer, shadowDifferenceChannel } from './shadow/shadow.ts';
export type { Outcome, ShadowCounts, ShadowDifferenceEvent, ShadowOptions } from './shadow/shadow.ts';
