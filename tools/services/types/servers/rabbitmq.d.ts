/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type RabbitmqOptions = {
  /**
   * more lines of rabbitmq.conf
   */
  configuration?: readonly string[];
  /**
   * to enable, as `rabbitmq_management`
   */
  plugins?: readonly string[];
};
/** @type {ServerKind<RabbitmqOptions>} */
export declare const rabbitmq: ServerKind<RabbitmqOptions>;
