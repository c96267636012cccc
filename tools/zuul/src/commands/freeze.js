// `zuul-local freeze JOB`: the job as it would run, and which line set each of its attributes.
import { parseArgs } from 'node:util';
import { frozenJob } from '../frozen-item.js';
import { expandFiles, ITEM_HELP, ITEM_OPTIONS } from '../item.js';
import { originsOf } from '../origins.js';
import { plainValue } from '../values.js';

/** @import { Context } from '../context.js' */
/** @import { FrozenJob, Playbook } from '../frozen-job.js' */
/** @import { Tenant } from '../tenant.js' */

const HELP = `zuul-local freeze JOB [options]

${ITEM_HELP}  --json                as JSON, under the names that Zuul's own interface uses for a frozen job
`;

/** @param {Tenant} tenant @param {FrozenJob} job @returns {Record<string, string[]>} attribute → lines */
const linesOf = ({ pathOf }, job) =>
  Object.fromEntries(
    [...originsOf(job)].map(([name, origins]) => [
      name,
      origins.map(({ project, path, line }) => `${pathOf(path, project)}:${String(line)}`),
    ]),
  );

/** @param {readonly Playbook[]} playbooks */
const playbooksOf = (playbooks) =>
  playbooks.map(({ path, project, branch, trusted, nesting, cleanup, roles }) => ({
    project,
    branch,
    trusted,
    path,
    nesting_level: nesting,
    cleanup,
    roles,
  }));

/** @param {Tenant} tenant @param {FrozenJob} job */
const asJson = (tenant, job) => {
  const { pre_run: pre, run, post_run: post, cleanup_run: cleanup, nodeset, name, ...others } = job.toJSON();
  return {
    job: name,
    ...others,
    nodeset: nodeset[0],
    pre_playbooks: playbooksOf(pre),
    playbooks: playbooksOf(run),
    post_playbooks: [...playbooksOf(post), ...playbooksOf(cleanup)],
    origins: linesOf(tenant, job),
  };
};

/** What a job does not have from its parents. */
const OWN = new Set([
  'abstract',
  'intermediate',
  'description',
  'variant-description',
  'branches',
  'secrets',
]);

/** What is written of attributes that are not shown otherwise. @param {FrozenJob} job @param {ReadonlySet<string>} shown */
const othersOf = ({ name: job, definitions }, shown) =>
  Object.fromEntries(
    definitions
      .flatMap(({ attributes, name }) =>
        Object.entries(attributes).filter(([each]) => name === job || !OWN.has(each)),
      )
      .filter(([name]) => !shown.has(name) && !/^(?:parent|(?:irrelevant-)?files)$/u.test(name))
      .map(([name, value]) => [name, plainValue(value)]),
  );

/** @param {Tenant} tenant @param {FrozenJob} job */
const asText = (tenant, job) => {
  const shown = job.toJSON();
  const lines = linesOf(tenant, job);
  /** @param {unknown} value */
  const brief = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  const paths = (/** @type {readonly Playbook[]} */ playbooks) => playbooks.map(({ path }) => path).join(' ');
  const rows = Object.entries({
    ...shown,
    nodeset: shown.nodeset[0]?.['name'],
    pre_run: paths(shown.pre_run),
    run: paths(shown.run),
    post_run: paths(shown.post_run),
    cleanup_run: paths(shown.cleanup_run),
    ...Object.fromEntries(Object.entries(job.variables.vars).map(([name, value]) => [`vars.${name}`, value])),
    files: job.files?.map(({ source }) => source),
    'irrelevant-files': job.irrelevantFiles?.map(({ source }) => source),
    ...othersOf(job, new Set(Object.keys(shown).map((name) => name.replaceAll('_', '-')))),
  }).flatMap(([name, value]) => {
    const attribute = name.startsWith('vars.') ? name : name.replaceAll('_', '-');
    const origins = lines[attribute];
    // What no line sets is as Zuul has it by default, and of no interest.
    return origins === undefined || attribute === 'vars' || attribute === 'name'
      ? []
      : [[attribute, brief(value), origins.join(', ')]];
  });
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const chain = [...new Set(job.definitions.filter(({ isVariant }) => !isVariant).map(({ name }) => name))];
  return [
    `${job.name}: ${chain.join(' → ')}`,
    ...rows.map(
      ([name = '', value, where]) =>
        `  ${name.padEnd(width)}  ${value ?? ''}\n  ${' '.repeat(width)}  ${where ?? ''}`,
    ),
    '',
  ].join('\n');
};

/** @param {string[]} words @param {Context} context */
export const run = async (words, context) => {
  const { values, positionals } = parseArgs({
    args: expandFiles(words),
    options: { ...ITEM_OPTIONS, json: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    context.stdout.write(HELP);
    return 0;
  }
  const { tenant, job } = await frozenJob(positionals, 'freeze', values, context);
  context.stdout.write(
    values.json === true ? `${JSON.stringify(asJson(tenant, job), null, 2)}\n` : asText(tenant, job),
  );
  return 0;
};
