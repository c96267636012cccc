import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/**
 * Whom a server runs as.
 * @typedef {object} User
 * @property {string} name
 * @property {number} [uid] undefined: as the current process
 * @property {number} [gid]
 */

/** Whether this process may act for other users and install packages. @returns {boolean} */
export const isRoot = () => process.getuid?.() === 0;

/** @param {string} name @param {string} passwd text of /etc/passwd @returns {User | undefined} */
const entryOf = (name, passwd) => {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  if (fields === undefined) return undefined;
  return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
};

/**
 * The unprivileged user for a server: the current one, or, for root, the first of `preferred` that exists, or nobody.
 * @param {readonly string[]} preferred
 * @returns {User}
 */
export const unprivilegedUser = (preferred) => {
  if (!isRoot()) return { name: userInfo().username };
  const passwd = readFileSync('/etc/passwd', 'utf8');
  for (const name of [...preferred, 'nobody']) {
    const user = entryOf(name, passwd);
    if (user !== undefined && user.uid !== 0) return user;
  }
  throw new Error('root starts no server as root, and /etc/passwd has no user nobody');
};
