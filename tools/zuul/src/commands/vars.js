// `zuul-local vars JOB`: what the playbooks of a job get, as an inventory.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../errors.js';
import { frozenJob } from '../frozen-item.js';
import { expandFiles, ITEM_HELP, ITEM_OPTIONS } from '../item.js';
import { includedVariables, inventoryFile, inventoryOf, zuulVariables } from '../run/variables.js';

/** @import { Context } from '../context.js' */

const HELP = `zuul-local vars JOB [options]

${ITEM_HELP}
Prints the inventory as YAML. What only a build knows, such as its number and its folders, is written as <…>.
`;

/** @param {string[]} words @param {Context} context */
export const run = async (words, context) => {
  const { values, positionals } = parseArgs({
    args: expandFiles(words),
    options: { ...ITEM_OPTIONS, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    context.stdout.write(HELP);
    return 0;
  }
  const { tenant, selection, frozen, job } = await frozenJob(positionals, 'vars', values, context);
  const { item, layout } = selection;
  const subject = {
    tenant: tenant.name,
    item,
    checkout: tenant.directory,
    commit: '<commit>',
    buildset: '<buildset>',
    isPostReview: layout.pipelines.get(item.pipeline)?.isPostReview === true,
  };
  const attempts = Number(job.scalars['attempts'] ?? 3);
  const build = {
    build: '<build>',
    attempt: 1,
    attempts,
    workspace: { root: '<root>', work: '<work>', logs: '<logs>' },
    childJobs: frozen.jobs
      .filter(({ dependencies }) => dependencies.has(job.name))
      .map((child) => child.name),
    artifacts: [],
  };
  /** @type {Record<string, unknown>} */
  let included;
  try {
    included = includedVariables(job, item.project, ({ path, project }) =>
      join(tenant.directory, tenant.pathOf(path, project)),
    );
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const inventory = inventoryOf(job, zuulVariables(subject, job, build), {}, included);
  const { stringify } = await import('yaml');
  context.stdout.write(stringify(inventoryFile(inventory), { aliasDuplicateObjects: false }));
  return 0;
};
