/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type HaproxyPlace = {
  host: string;
  /**
   * that a frontend is to bind
   */
  port: number;
  /**
   * the server's folder
   */
  directory: string;
};
export type HaproxyOptions = {
  /**
   * `defaults`, `frontend` and `backend` sections; default one
   * frontend that answers `GET /health`. The server's `socket` is HAProxy's runtime API.
   */
  configuration?: (place: HaproxyPlace) => string;
};
/** @type {ServerKind<HaproxyOptions>} */
export declare const haproxy: ServerKind<HaproxyOptions>;
