// `zuul-local lint`: what is wrong with the definitions and playbooks of this checkout, with file and line.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { UsageError } from '../errors.js';
import { FORMATS } from '../lint/formats.js';
import { lint, RULES } from '../lint/lint.js';
import { CONFIG_PROJECT, loadTenant } from '../tenant.js';

/** @import { Context } from '../context.js' */
/** @import { Tenant } from '../tenant.js' */

const HELP = `zuul-local lint [options]

  --format FORMAT   pretty (by default), json, github or sarif
  --strict          status 1 for warnings, too
  --rules           tells the rules beyond those of Zuul, and why each is one
`;

/** @param {string} directory @param {...string} words */
const gitLines = async (directory, ...words) => {
  const { stdout } = await promisify(execFile)('git', words, { cwd: directory, maxBuffer: 2 ** 26 });
  return stdout.split('\n').filter((line) => line !== '');
};

/** @param {Tenant} tenant */
const subjectOf = async (tenant) => {
  const { directory, layout, project, pathOf } = tenant;
  const files = await gitLines(directory, 'ls-files', '--cached', '--others', '--exclude-standard');
  const present = files.filter((file) => existsSync(join(directory, file)));
  const prefix = `${CONFIG_PROJECT}/`;
  const trusted = present.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  return {
    layout,
    branches: ['main'],
    filesOf: (/** @type {string} */ name) => (name === project ? present : trusted),
    read: (/** @type {string} */ name, /** @type {string} */ path) => {
      const place = join(directory, pathOf(path, name));
      return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
    },
  };
};

/** @param {string[]} words @param {Context} context */
export const run = async (words, { cwd, stdout }) => {
  const { values } = parseArgs({
    args: words,
    options: {
      format: { type: 'string', default: 'pretty' },
      strict: { type: 'boolean' },
      rules: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    stdout.write(HELP);
    return 0;
  }
  if (values.rules === true) {
    const width = Math.max(...RULES.map(({ name }) => name.length));
    for (const { name, severity, why } of RULES)
      stdout.write(`${name.padEnd(width)}  ${severity.padEnd(7)}  ${why}\n`);
    return 0;
  }
  const show = FORMATS[values.format];
  if (show === undefined) {
    throw new UsageError(`--format is ${Object.keys(FORMATS).join(', ')}, not '${values.format}'`);
  }
  const tenant = await loadTenant(cwd);
  const findings = lint(await subjectOf(tenant)).map(({ at, ...finding }) => ({
    ...finding,
    path: tenant.pathOf(at.path, at.project),
    line: at.line,
  }));
  stdout.write(show(findings));
  const isWrong = findings.some(({ severity }) => severity === 'error' || values.strict === true);
  return isWrong ? 1 : 0;
};
