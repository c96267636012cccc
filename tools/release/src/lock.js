// One release at a time: two that run at once would move tags under each other's feet.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @param {number} pid */
const isAlive = (pid) => {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
};

/** @param {string} file @returns {number} the process that holds it; 0 for none */
const holderOf = (file) => {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return 0;
    throw error;
  }
};

/**
 * Takes a lock, with its holder in it from the first moment on.
 * @param {string} file
 * @returns {boolean} whether it was free
 */
const take = (file) => {
  const own = `${file}.${String(process.pid)}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
};

/**
 * Removes the lock of a process that is gone; only who holds the right to do so looks and removes, so that nobody removes
 * a lock that another has taken over meanwhile.
 * @param {string} file
 */
const removeStale = (file) => {
  const right = `${file}.takeover`;
  if (!take(right)) {
    if (!isAlive(holderOf(right))) rmSync(right, { force: true });
    return;
  }
  try {
    if (!isAlive(holderOf(file))) rmSync(file, { force: true });
  } finally {
    rmSync(right, { force: true });
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
  while (!take(file)) {
    const holder = holderOf(file);
    if (isAlive(holder)) {
      throw new Error(
        `process ${String(holder)} is releasing already; wait for it, or remove ${file} if it is no release`,
      );
    }
    removeStale(file);
  }
  try {
    return await use();
  } finally {
    rmSync(file, { force: true });
  }
};
