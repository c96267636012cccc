// `zuul-local gen`: writes zuul.d/90-generated.yaml, the file matchers of every job as the project graph has them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadGraph } from '../../../workspace/src/graph.js';
import { trackedFiles } from '../../../workspace/src/tracked-files.js';
import { inputsOf, ownJobs } from '../gen/job-inputs.js';
import { patternsFor } from '../gen/patterns.js';
import { loadTenant } from '../tenant.js';

/** @import { Context } from '../context.js' */
/** @import { Tenant } from '../tenant.js' */

const HELP = `zuul-local gen [--check]

Writes zuul.d/90-generated.yaml: for each job that names projects or targets, the files that these read.

  --check   write nothing; status 1 when the file is not what it would be
`;

const FILE = 'zuul.d/90-generated.yaml';

const HEAD = `# Written by \`zuul-local gen\` from the project graph of Nx; do not edit. Each entry is a variant of a job of
# 10-jobs.yaml and adds which files the job reads.
`;

/** @param {string} pattern */
const quoted = (pattern) => `'${pattern.replaceAll("'", "''")}'`;

/**
 * What the file holds for a tenant.
 * @param {Tenant} tenant
 */
export const generate = async (tenant) => {
  const { graph, nxJson } = await loadGraph(tenant.directory);
  const files = trackedFiles(tenant.directory).filter((file) => file !== FILE);
  const workspace = { root: tenant.directory, graph, nxJson, files };
  const entries = ownJobs(tenant).flatMap((job) => {
    const inputs = inputsOf(workspace, job, tenant);
    const patterns = inputs === undefined ? [] : patternsFor(files, inputs);
    if (patterns.length === 0 || patterns[0] === '^') return [];
    const lines = patterns.map((pattern) => `      - ${quoted(pattern)}\n`);
    return [`\n- job:\n    name: ${job.name}\n    files:\n${lines.join('')}`];
  });
  return `${HEAD}${entries.join('')}`;
};

/** @param {string[]} words @param {Context} context */
export const run = async (words, { cwd, stdout, stderr }) => {
  const { values } = parseArgs({
    args: words,
    options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    stdout.write(HELP);
    return 0;
  }
  const tenant = await loadTenant(cwd);
  const place = join(tenant.directory, FILE);
  const text = await generate(tenant);
  const known = existsSync(place) ? readFileSync(place, 'utf8') : '';
  if (known === text) {
    stdout.write(`${FILE} is up to date\n`);
    return 0;
  }
  if (values.check === true) {
    const line = text.split('\n').findIndex((each, index) => each !== known.split('\n')[index]) + 1;
    stderr.write(
      `${FILE}:${String(line)}: not what the project graph says; run 'npx zuul-local gen' and commit it\n`,
    );
    return 1;
  }
  writeFileSync(place, text);
  stdout.write(`${FILE} is written\n`);
  return 0;
};
