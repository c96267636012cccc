import { isAbsolute, relative } from 'node:path';
import { formatCoverage, formatLcov } from '../testing/coverage.ts';
import { stubHttpChecks } from '../testing/http-stub.ts';
import { formatJunit, formatResults } from '../testing/reports.ts';
import { runPolicyTests } from '../testing/run.ts';
import { readPolicySuite } from '../testing/suite.ts';
import { updateMatrices } from '../testing/update.ts';
import { CommandFailure, type Command } from './command.ts';
import { readInput } from './input.ts';
import { saveOutput } from './output.ts';
import { compatOf, loadEnforcer, POLICY_FLAGS, readSetup, withConfiguration } from './setup.ts';
import { loadServices } from './service.ts';

export const test: Command = {
  name: 'test',
  summary: 'Runs a file of policy tests; ends with status 1 when any fails.',
  operands: 'FILE',
  notes: `The file is YAML:
  personas:  {admin: {roles: [admin]}, member: {roles: [member], project_id: p1}}
  cases:
    - {rule: 'volumes:delete', persona: member, target: {project_id: p2}, expect: deny}
  matrix:
    target:  {project_id: p1}
    allowed: {'volumes:delete': [admin, member]}
--update writes what the policy allows into the matrix.`,
  flags: [
    ...POLICY_FLAGS,
    { name: 'junit', type: 'text', value: 'FILE', help: 'write results in the format of JUnit' },
    {
      name: 'lcov',
      type: 'text',
      value: 'FILE',
      help: 'write coverage of the policy files in the format of LCOV',
    },
    { name: 'coverage', type: 'switch', help: 'print what no test has tried' },
    { name: 'update', type: 'switch', help: 'write the matrix as the policy has it' },
    {
      name: 'http',
      type: 'text',
      choices: ['allow', 'deny'],
      help: 'what http: checks answer, instead of asking',
    },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const [path, ...more] = given.operands;
    if (path === undefined || more.length > 0)
      throw new CommandFailure('name one file of tests', { exitCode: 2 });
    const text = readInput(path, directory);
    const suite = readPolicySuite(text, path);
    const { options } = readSetup(line, directory);
    const services = await loadServices(given, directory);
    const http = given.text('http');
    const stubbed = services.map((service) =>
      http === undefined ? service : { ...service, checks: stubHttpChecks(http === 'allow', service.checks) },
    );
    const enforcer = await loadEnforcer(stubbed, { ...options, compat: compatOf(given) });
    const report = await runPolicyTests(enforcer, suite);
    const covered = report.coverage.rules.map((rule) => ({
      ...rule,
      file: rule.file !== undefined && isAbsolute(rule.file) ? relative(directory, rule.file) : rule.file,
    }));
    let errors = '';
    const [junit, lcov] = [given.text('junit'), given.text('lcov')];
    if (junit !== undefined)
      errors += saveOutput(formatJunit(report), junit, directory, { keepsBackup: false });
    if (lcov !== undefined)
      errors += saveOutput(formatLcov(covered), lcov, directory, { keepsBackup: false });
    const output = formatResults(report) + (given.has('coverage') ? formatCoverage(covered) : '');
    if (given.has('update')) {
      errors += saveOutput(await updateMatrices(text, report.matrices), path, directory);
      const isFailed = report.results.some(({ isPassed, group }) => !isPassed && group === 'cases');
      return { output, errors, exitCode: isFailed ? 1 : 0 };
    }
    return { output, errors, exitCode: report.results.every(({ isPassed }) => isPassed) ? 0 : 1 };
  },
};
