// Regions
export { CacheRegion, createRegion } from './region.ts';
