// `zuul-local explain JOB`: why a job runs or does not, step by step, and the line that decides it.
import { parseArgs } from 'node:util';
import { decisiveEdit } from '../explain/decision.js';
import { fileSteps, traceOf } from '../explain/trace.js';
import { UsageError } from '../errors.js';
import { expandFiles, ITEM_HELP, ITEM_OPTIONS, selectItem } from '../item.js';
import { loadTenant } from '../tenant.js';
import { readYaml } from '../yaml.js';

/** @import { Context } from '../context.js' */
/** @import { Source } from '../layout.js' */

const HELP = `zuul-local explain JOB [options]

${ITEM_HELP}  --json                as JSON
`;

/** @param {string[]} words @param {Context} context */
export const run = async (words, { cwd, env, stdout }) => {
  const { values, positionals } = parseArgs({
    args: expandFiles(words),
    options: { ...ITEM_OPTIONS, json: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    stdout.write(HELP);
    return 0;
  }
  const [name] = positionals;
  if (name === undefined) throw new UsageError('say which job: zuul-local explain JOB');
  const tenant = await loadTenant(cwd);
  const { item, layout, unchanged, described } = await selectItem(tenant, values, env);
  if (!layout.jobs.has(name)) {
    const known = [...layout.jobs.keys()].filter((each) => each.includes(name) || name.includes(each));
    const hint = known.length === 0 ? '' : `; there is ${known.join(', ')}`;
    throw new UsageError(`no definition names a job '${name}'${hint}`);
  }
  const trace = traceOf(layout, item, name, unchanged);
  const edit = decisiveEdit(layout, item, name, trace, { read: readYaml, unchanged });
  /** @param {Source | undefined} source @param {number} [line] */
  const at = (source, line = source?.line ?? 1) =>
    source === undefined ? '' : `${tenant.pathOf(source.path, source.project)}:${String(line)}`;
  const steps = trace.steps.map(({ kind, isUsed, text, source }) => ({ kind, isUsed, text, at: at(source) }));
  const files = trace.job === undefined ? [] : fileSteps(trace.job, item.files ?? []);
  const decision = edit === undefined ? undefined : { at: at(edit.source, edit.line), edit: edit.text };
  if (values.json === true) {
    const { runs, reason, error } = trace;
    const found = files.map(({ text, source, line }) => ({ text, at: at(source, line) }));
    stdout.write(
      `${JSON.stringify({ job: name, item, runs, reason, error, steps, files: found, decision }, null, 2)}\n`,
    );
    return 0;
  }
  const verdict = trace.runs ? `runs: ${trace.reason ?? ''}` : 'does not run';
  const lines = [
    `${described}: ${name} ${verdict}`,
    ...(trace.error === undefined ? [] : [`  nothing runs at all: ${trace.error}`]),
    '  asked for by',
    ...(steps.some(({ kind }) => kind === 'asked') ? [] : [`    nothing in ${item.pipeline}`]),
    ...steps
      .filter(({ kind }) => kind === 'asked')
      .map((step) => `    ${step.isUsed ? '+' : '-'} ${step.at}  ${step.text}`),
    '  made of',
    ...steps
      .filter(({ kind }) => kind === 'defined')
      .map((step) => `    ${step.isUsed ? '+' : '-'} ${step.at}  ${step.text}`),
    ...(files.length === 0 ? [] : ['  files']),
    ...files.slice(0, 20).map(({ text, source, line }) => `    ${at(source, line)}  ${text}`),
    ...(files.length > 20 ? [`    and ${String(files.length - 20)} more`] : []),
    decision === undefined
      ? `  no single line decides it${trace.job?.isAbstract === true ? ': it is abstract, for other jobs to inherit from' : ''}`
      : `  decided by ${decision.at}: it would ${trace.runs ? 'not run' : 'run'} with  ${decision.edit}`,
  ];
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};
