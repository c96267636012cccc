export { debugging } from './proxies/debugging.ts';
export { forwarding } from './proxies/forwarding.ts';
export type { DriverChanges } from './proxies/forwarding.ts';
export { isolating } from './proxies/isolating.ts';
