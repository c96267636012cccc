import { skipReason, withServer } from './obtain.js';

/** @import { OptionsOf, ServerName } from './servers/index.js' */
/** @import { Server } from './server.js' */

const START_TIMEOUT = 120_000;

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
export const describeWithServer = async (runner, name, options, body) => {
  const skipped = await skipReason(name, options);
  /** @type {Server | undefined} */
  let server;
  const running = () => {
    if (server === undefined) throw new Error(`${name} is there only while a test of its group runs`);
    return server;
  };
  if (skipped !== undefined) {
    runner.describe.skip(`with ${name} (skipped: ${skipped})`, () => {
      body(running);
    });
    return;
  }
  const start = async () => {
    server = await withServer(name, options);
  };
  const stop = async () => {
    await server?.stop();
  };
  runner.describe(`with ${name}`, () => {
    runner.beforeAll?.(start, START_TIMEOUT);
    runner.before?.(start);
    runner.afterAll?.(stop);
    runner.after?.(stop);
    body(running);
  });
};
