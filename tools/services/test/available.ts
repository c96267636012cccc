import { existsSync } from 'node:fs';
import { type ServerName, skipReason } from '../src/index.js';
import { findBinaries } from '../src/binaries.js';

/** Why tests with these servers of one's own are skipped; undefined when they run. */
export const missing = async (...names: ServerName[]): Promise<string | undefined> => {
  if (!existsSync('/proc/self')) return 'processes are watched by /proc, which is not here';
  for (const name of names) {
    const reason = await skipReason(name, { own: true });
    if (reason !== undefined) return reason;
  }
  return undefined;
};

/** The same for programs. */
export const missingPrograms = (...names: string[]): string | undefined => {
  const { missing } = findBinaries(names);
  return missing.length === 0 ? undefined : `no ${missing.join(', ')} is installed`;
};

/** A title of tests that says why they are skipped, if they are. */
export const titled = (title: string, reason: string | undefined): string =>
  reason === undefined ? title : `${title} (skipped: ${reason})`;
