import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';

/** @import { Address } from './address.js' */

const DEFAULT_TIMEOUT = 2_000;

/** @param {Address} address @returns {net.TcpNetConnectOpts | net.IpcNetConnectOpts} */
const endpointOf = ({ host, port, socket }) =>
  port === 0 && socket !== undefined ? { path: socket } : { host, port };

/**
 * The TLS options for an address, or undefined when it is spoken to in the clear.
 * @param {Address} address
 * @returns {tls.ConnectionOptions | undefined}
 */
export const tlsOf = ({ tls: wanted, host }) => {
  if (wanted === undefined || wanted === false) return undefined;
  return { ...(net.isIP(host) === 0 ? { servername: host } : {}), ...(wanted === true ? {} : wanted) };
};

/**
 * One conversation: connects, sends, and gives what came back to `read` until it answers something other than
 * undefined. The connection is closed afterwards.
 * @template Answer
 * @param {Address} address
 * @param {string | Uint8Array} greeting sent at once; may be empty
 * @param {(received: Buffer) => Answer | undefined} read sees everything received so far; what it throws is the failure
 * @param {{ timeout?: number, secure?: boolean }} [options] milliseconds (2,000); `secure: false` ignores the address's TLS
 * @returns {Promise<Answer>}
 */
export const converse = (address, greeting, read, options = {}) =>
  new Promise((resolve, reject) => {
    const secure = options.secure === false ? undefined : tlsOf(address);
    const endpoint = endpointOf(address);
    const socket = secure === undefined ? net.connect(endpoint) : tls.connect({ ...endpoint, ...secure });
    let received = Buffer.alloc(0);
    /** @param {unknown} error */
    const fail = (error) => {
      socket.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    socket.setTimeout(options.timeout ?? DEFAULT_TIMEOUT, () => {
      fail(new Error('no answer in time'));
    });
    socket.once(secure === undefined ? 'connect' : 'secureConnect', () => {
      if (greeting.length > 0) socket.write(greeting);
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      try {
        const answer = read(received);
        if (answer === undefined) return;
        socket.destroy();
        resolve(answer);
      } catch (error) {
        fail(error);
      }
    });
    socket.once('end', () => {
      fail(new Error('closed the connection without the expected answer'));
    });
    socket.once('error', fail);
  });

/**
 * One GET request on a connection of its own.
 * @param {Address} address
 * @param {string} path
 * @returns {Promise<{ status: number, body: string }>}
 */
export const get = (address, path) =>
  new Promise((resolve, reject) => {
    const secure = tlsOf(address);
    const options = { host: address.host, port: address.port, path, timeout: DEFAULT_TIMEOUT, agent: false };
    const request = secure === undefined ? http.get(options) : https.get({ ...options, ...secure });
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('response', (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
  });

/**
 * Succeeds when GET of the path answers the status.
 * @param {Address} address
 * @param {string} path
 * @param {number} [status]
 * @returns {Promise<void>}
 */
export const answers = async (address, path, status = 200) => {
  const response = await get(address, path);
  if (response.status !== status) {
    throw new Error(`GET ${path} answered ${String(response.status)}: ${response.body.slice(0, 200)}`);
  }
};
