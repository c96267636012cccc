/**
 * What a command works with.
 * @typedef {object} Context
 * @property {string} cwd
 * @property {Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean, columns?: number }} stdout
 * @property {Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean, columns?: number }} stderr
 * @property {NodeJS.ProcessEnv} env
 */

export {};
