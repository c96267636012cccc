import { UsageError } from './errors.js';
import { freeze } from './freeze.js';
import { selectItem } from './item.js';
import { loadTenant } from './tenant.js';

/** @import { ItemOptions } from './item.js' */
/** @import { Context } from './context.js' */

/**
 * What most commands begin with: the checkout's tenant, the item that the options name, and the jobs that it runs.
 * @param {ItemOptions} options
 * @param {Context} context
 */
export const frozenItem = async (options, { cwd, env }) => {
  const tenant = await loadTenant(cwd);
  const selection = await selectItem(tenant, options, env);
  const { item, layout, unchanged } = selection;
  return { tenant, selection, frozen: freeze(layout, item, unchanged) };
};

/**
 * What a command about one job begins with: the item, and the job of it that a command line names.
 * @param {readonly string[]} positionals of the command line
 * @param {string} command for its errors
 * @param {ItemOptions} options
 * @param {Context} context
 * @throws {UsageError} where no job is named, or the item does not run it
 */
export const frozenJob = async ([name], command, options, context) => {
  if (name === undefined) throw new UsageError(`say which job: zuul-local ${command} JOB`);
  const found = await frozenItem(options, context);
  const job = found.frozen.jobs.find((each) => each.name === name);
  if (job === undefined) {
    throw new UsageError(
      `${found.selection.described} does not run ${name}; 'zuul-local explain ${name}' says why`,
    );
  }
  return { ...found, job };
};
