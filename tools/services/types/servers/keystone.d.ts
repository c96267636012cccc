/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { ServerKind } from '../kind.js';
export type KeystoneOptions = {
  /**
   * of unified limits; default flat
   */
  enforcementModel?: 'flat' | 'strict_two_level';
  /**
   * seconds; default 3600
   */
  tokenExpiration?: number;
  /**
   * longest list in an answer; default none
   */
  listLimit?: number;
  /**
   * more of
   * keystone.conf: section → option → value
   */
  settings?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  /**
   * after an answer the connection is closed and that is
   * announced (default); closed without a word, as Debian packages it; or kept
   */
  connections?: 'announced' | 'silent' | 'keep-alive';
  /**
   * default 1
   */
  processes?: number;
  /**
   * of each; default 2
   */
  threads?: number;
};
/**
 * The sections of an oslo configuration file.
 * @param {Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>} sections
 * @returns {string}
 */
export declare const ini: (
  sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>,
) => string;
/** Debian's Python, whatever comes first in PATH. */
export declare const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/**
 * uwsgi's arguments for one WSGI program on one address.
 * @param {string} program
 * @param {string} place
 * @param {{ connections?: KeystoneOptions['connections'], processes?: number, threads?: number }} options
 * @returns {string[]}
 */
export declare const uwsgiArguments: (
  program: string,
  place: string,
  {
    connections,
    processes,
    threads,
  }: {
    connections?: KeystoneOptions['connections'];
    processes?: number;
    threads?: number;
  },
) => string[];
/** @type {ServerKind<KeystoneOptions>} */
export declare const keystone: ServerKind<KeystoneOptions>;
