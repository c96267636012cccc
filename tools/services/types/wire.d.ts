/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import tls from 'node:tls';
import type { Address } from './address.js';
/**
 * The TLS options for an address, or undefined when it is spoken to in the clear.
 * @param {Address} address
 * @returns {tls.ConnectionOptions | undefined}
 */
export declare const tlsOf: ({ tls: wanted, host }: Address) => tls.ConnectionOptions | undefined;
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
export declare const converse: <Answer>(
  address: Address,
  greeting: string | Uint8Array,
  read: (received: Buffer) => Answer | undefined,
  options?: {
    timeout?: number;
    secure?: boolean;
  },
) => Promise<Answer>;
/**
 * One GET request on a connection of its own.
 * @param {Address} address
 * @param {string} path
 * @returns {Promise<{ status: number, body: string }>}
 */
export declare const get: (
  address: Address,
  path: string,
) => Promise<{
  status: number;
  body: string;
}>;
/**
 * Succeeds when GET of the path answers the status.
 * @param {Address} address
 * @param {string} path
 * @param {number} [status]
 * @returns {Promise<void>}
 */
export declare const answers: (address: Address, path: string, status?: number) => Promise<void>;
