/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * The variable by which the processes of a server are known, also those that left its process group (the backends of
 * PostgreSQL, the port mapper of Erlang). Its value is the server's folder.
 */
export declare const MARK = 'OSLOFJORD_SERVICE_DIRECTORY';
/**
 * Every living process of a server: its main process, that one's group and descendants, and all that carry its mark or
 * work in its folder. Without /proc: the main process's group.
 * @param {string} directory
 * @param {number | undefined} main
 * @returns {number[]} numbers for `process.kill`, the main process first; a group is negative
 */
export declare const processesOf: (directory: string, main: number | undefined) => number[];
/**
 * Whether SIGSTOP has taken effect on a process or it is gone. Never so for a group.
 * @param {number} pid as {@link processesOf} gives it
 * @returns {boolean}
 */
export declare const isStopped: (pid: number) => boolean;
/**
 * Sends a signal to each; the dead are passed over.
 * @param {readonly number[]} pids
 * @param {NodeJS.Signals} signal
 */
export declare const signalAll: (pids: readonly number[], signal: NodeJS.Signals) => void;
