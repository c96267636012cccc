// Commands that have commands of their own: `release-notes train add`.

/** @import { Surroundings } from './cli.js' */

/** @typedef {(words: string[], surroundings: Surroundings) => number | Promise<number>} Action */

/**
 * Runs the action that the first word names; without one, says what there is.
 * @param {string} command
 * @param {string} usage
 * @param {Readonly<Record<string, Action>>} actions
 * @returns {(words: string[], surroundings: Surroundings) => Promise<number>} answers the exit status
 */
export const subcommands =
  (command, usage, actions) =>
  async ([what, ...words], surroundings) => {
    if (what === '--help' || what === '-h') {
      surroundings.stdout.write(usage);
      return 0;
    }
    const action = what === undefined ? undefined : actions[what];
    if (action !== undefined) return action(words, surroundings);
    surroundings.stderr.write(
      what === undefined
        ? usage
        : `release-notes ${command}: '${what}' is none of ${Object.keys(actions).join(', ')}\n`,
    );
    return 2;
  };
