/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { OptionsOf, ServerName } from './servers/index.js';
import type { Server } from './server.js';
export type Runner = {
  describe: ((title: string, body: () => void) => unknown) & {
    skip: (title: string, body: () => void) => unknown;
  };
  beforeAll?: (run: () => Promise<void>, timeout?: number) => unknown;
  afterAll?: (run: () => Promise<void>) => unknown;
  before?: (run: () => Promise<void>) => unknown;
  after?: (run: () => Promise<void>) => unknown;
};
/**
 * What is used of a test runner: Vitest's and Jest's names, or those of `node:test`.
 * @typedef {object} Runner
 * @property {((title: string, body: () => void) => unknown) & { skip: (title: string, body: () => void) => unknown }} describe
 * @property {(run: () => Promise<void>, timeout?: number) => unknown} [beforeAll]
 * @property {(run: () => Promise<void>) => unknown} [afterAll]
 * @property {(run: () => Promise<void>) => unknown} [before]
 * @property {(run: () => Promise<void>) => unknown} [after]
 */
/**
 * A group of tests around a server that runs while they do. Without one the group is skipped, its title saying why and
 * what to do; with CI=true that is a failure. Await it at the top of a test file.
 *
 *     await describeWithServer({ describe, beforeAll, afterAll }, 'redis', {}, (server) => {
 *       it('keeps what it is given', async () => { connect(server().url) … });
 *     });
 *
 * @template {ServerName} Name
 * @param {Runner} runner
 * @param {Name} name
 * @param {OptionsOf<Name>} options
 * @param {(server: () => Server) => void} body is given the running server as a function, to be called inside tests
 * @returns {Promise<void>}
 */
export declare const describeWithServer: <Name extends ServerName>(
  runner: Runner,
  name: Name,
  options: OptionsOf<Name>,
  body: (server: () => Server) => void,
) => Promise<void>;
