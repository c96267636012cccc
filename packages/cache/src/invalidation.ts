import type { Seconds } from '@oslofjord/config';

/**
 * Decides which entries an invalidation of the whole region reaches.
 * @parity dogpile.cache 1.5 region.py RegionInvalidationStrategy — same
 */
export interface RegionInvalidation {
  /** Everything created until now is invalid; soft: may still be served while it is created anew. */
  invalidate(isHard: boolean, now: Seconds): void;
  isHardInvalidated(createdAt: Seconds): boolean;
  isSoftInvalidated(createdAt: Seconds): boolean;
  wasHardInvalidated(): boolean;
  wasSoftInvalidated(): boolean;
  /** Either. */
  isInvalidated(createdAt: Seconds): boolean;
}

/** One moment in this process: entries created before it are invalid. */
export const momentInvalidation = (): RegionInvalidation => {
  let moment: Seconds = Number.NEGATIVE_INFINITY;
  let mode: 'hard' | 'soft' | undefined;
  return {
    invalidate: (isHard, now) => {
      moment = now;
      mode = isHard ? 'hard' : 'soft';
    },
    isHardInvalidated: (createdAt) => mode === 'hard' && createdAt < moment,
    isSoftInvalidated: (createdAt) => mode === 'soft' && createdAt < moment,
    wasHardInvalidated: () => mode === 'hard',
    wasSoftInvalidated: () => mode === 'soft',
    isInvalidated: (createdAt) => createdAt < moment,
  };
};
