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
