import { statfs } from 'node:fs/promises';
import { parseSize, type Duration, type Size } from '@oslofjord/config';
import type { Check } from '../components/component-options.ts';

/** How much must be free. */
export interface DiskCheckOptions {
  /** What must be free: an amount, or a share such as `'5%'`. @default '5%' */
  readonly free?: Size | `${number}%`;
  /** How often it is looked at. @default 30 seconds */
  readonly every?: Duration;
}

/** There is less free than there must be. */
class DiskFullError extends Error {
  readonly code = 'ENOSPC';
}

/** A file system with room left. No traffic tells of it, so it is looked at now and then; a hanging one fails. */
export const disk = (path: string, { free = '5%', every = 30 }: DiskCheckOptions = {}): Check => {
  const share = typeof free === 'string' && free.endsWith('%') ? Number(free.slice(0, -1)) / 100 : undefined;
  const bytes = share === undefined ? parseSize(free) : 0;
  return {
    kind: 'system',
    every,
    probe: async () => {
      const { bavail, blocks, bsize } = await statfs(path);
      const needed = share === undefined ? bytes : share * blocks * bsize;
      if (bavail * bsize < needed) throw new DiskFullError('too little is free');
    },
  };
};
