/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type NatsOptions = {
  /**
   * lines of the configuration file
   */
  configuration?: readonly string[];
};
/** @import { ServerKind } from '../kind.js' */
/**
 * @typedef {object} NatsOptions
 * @property {readonly string[]} [configuration] lines of the configuration file
 */
/** @type {ServerKind<NatsOptions>} */
export declare const nats: ServerKind<NatsOptions>;
