/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
import type { Charge, Command } from './guardian.js';
/** This process's end of a guardian. It keeps the process alive only while a request is under way. */
export declare class Guard {
  #private;
  /** The folder that the guardian made. */
  directory: string;
  /** Called with how, when the server's main process has ended. @type {((how: string) => void) | undefined} */
  onExit: ((how: string) => void) | undefined;
  /** @param {Charge} charge */
  constructor(charge: Charge);
  /**
   * Starts a guardian; it has made its folder when this resolves.
   * @param {Charge} charge
   * @returns {Promise<Guard>}
   */
  static start(charge: Charge): Promise<Guard>;
  /**
   * Runs a program to its end as the server's user, output to the log.
   * @param {Command} command
   * @returns {Promise<string>} how it ended: empty for success, `status 1`, `SIGKILL`
   */
  run(command: Command): Promise<string>;
  /**
   * Starts the server.
   * @param {Command} command
   * @returns {Promise<number>} its pid
   */
  start(command: Command): Promise<number>;
  /**
   * Has a program run once when all is over, before the folder is removed.
   * @param {Command} command
   * @returns {Promise<void>}
   */
  atEnd(command: Command): Promise<void>;
  /**
   * Sends a signal to every process of the server; for SIGKILL resolves once all are gone.
   * @param {NodeJS.Signals} signal
   * @returns {Promise<void>}
   */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Ends the server, removes the folder, ends the guardian. @returns {Promise<void>} */
  close(): Promise<void>;
}
