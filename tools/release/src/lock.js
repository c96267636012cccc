// One release at a time: two that run at once would move tags under each other's feet.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param {number} pid */
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
};

/**
 * Holds a lock while `use` runs; one of a process that is gone is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} use
 * @returns {Promise<T>}
 * @throws {Error} when another process holds it
 */
export const withLock = async (file, use) => {
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder > 0 && isAlive(holder)) {
        throw new Error(
          `process ${String(holder)} is releasing already; wait for it, or remove ${file} if it is no release`,
          { cause: error },
        );
      }
      rmSync(file, { force: true });
    }
  }
  try {
    return await use();
  } finally {
    rmSync(file, { force: true });
  }
};
