import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';

/** @param {string} path @returns {boolean} whether everyone may pass through it and all folders above it */
const isOpenToAll = (path) => {
  for (let place = resolve(path); ; place = dirname(place)) {
    if ((statSync(place).mode & 0o001) === 0) return false;
    if (place === dirname(place)) return true;
  }
};

/**
 * Where temporary folders for another user go: the system's place, unless only we may enter it. Short, because the path
 * of a Unix socket holds about 100 bytes.
 * @returns {string}
 */
export const temporaryPlace = () => {
  const place = tmpdir();
  return place.length < 60 && isOpenToAll(place) ? place : '/tmp';
};
