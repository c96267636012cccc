/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type PrometheusOptions = {
  /**
   * prometheus.yml; default an empty one. It may be changed later: the folder's
   * `prometheus.yml` is read again at `POST /-/reload`
   */
  configuration?: string;
};
/** @import { ServerKind } from '../kind.js' */
/**
 * @typedef {object} PrometheusOptions
 * @property {string} [configuration] prometheus.yml; default an empty one. It may be changed later: the folder's
 *   `prometheus.yml` is read again at `POST /-/reload`
 */
/** @type {ServerKind<PrometheusOptions>} */
export declare const prometheus: ServerKind<PrometheusOptions>;
