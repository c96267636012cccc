/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
export type Charge = {
  /**
   * path of the folder to make, without its random end
   */
  prefix: string;
  /**
   * whom the server runs as
   */
  uid?: number;
  gid?: number;
  /**
   * what makes the server end in order
   */
  stopSignal: NodeJS.Signals;
  /**
   * milliseconds between that signal and SIGKILL
   */
  grace: number;
};
export type Command = {
  file: string;
  args: readonly string[];
  /**
   * on top of PATH, HOME (the folder), LANG=C.UTF-8
   */
  environment?: Record<string, string>;
  /**
   * to run in; default the server's folder
   */
  directory?: string;
};
export type Request =
  | {
      op: 'run' | 'start' | 'atEnd';
      command: Command;
    }
  | {
      op: 'signal';
      signal: NodeJS.Signals;
    }
  | {
      op: 'close';
    };
