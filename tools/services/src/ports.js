import { randomInt } from 'node:crypto';
import net from 'node:net';

// Above what people choose by hand, below the range from which Linux takes the ports of outgoing connections.
const LOWEST = 20_000;
const BEYOND = 32_768;

/** Ports this process has handed out: never twice, also when the first is not yet listening. @type {Set<number>} */
const handedOut = new Set();

/**
 * Whether nothing listens on the port of 127.0.0.1 at this moment.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export const isFree = (port) =>
  new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });

/**
 * A random free port of 127.0.0.1 from 20000 to 32767. Another process may still take it before the server does:
 * starting is retried with another one.
 * @returns {Promise<number>}
 */
export const freePort = async () => {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const port = randomInt(LOWEST, BEYOND);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port of 127.0.0.1 between 20000 and 32767');
};
