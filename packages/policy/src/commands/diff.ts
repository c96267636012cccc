import { diffPolicies, type PolicyDifference, type RuleDifference } from '../analysis/diff.ts';
import { viewOf } from '../analysis/enforcer-view.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import { formatDifference } from '../documents/requests.ts';
import type { Arguments } from './arguments.ts';
import { CommandFailure, type Command } from './command.ts';
import { readInput } from './input.ts';
import { compatOf, loadEnforcer, POLICY_FLAGS, readSetup } from './setup.ts';
import { loadServices, type Service } from './service.ts';
import { countOf } from './table.ts';

/** Words that stand for a policy without a file. */
const WITHOUT_FILE = new Set(['defaults', 'new-defaults', 'old-defaults']);

const viewOfOperand = async (
  operand: string,
  services: readonly Service[],
  given: Arguments,
  directory: string,
): Promise<PolicyView> => {
  const { options } = readSetup(given, directory);
  const hasFile = !WITHOUT_FILE.has(operand);
  if (hasFile) readInput(operand, directory);
  const setup = hasFile ? readSetup(given.or({ 'policy-file': operand }), directory).options : options;
  const enforceNewDefaults = operand === 'defaults' ? options.enforceNewDefaults : operand === 'new-defaults';
  const enforcer = await loadEnforcer(services, {
    ...setup,
    ...(hasFile ? {} : { policyFile: '/nonexistent/policy.yaml', policyDirs: [] }),
    ...(hasFile || enforceNewDefaults === undefined ? {} : { enforceNewDefaults }),
    compat: compatOf(given),
  });
  return viewOf(enforcer);
};

const isFailure = ({ gain, loss, undecided }: RuleDifference, failOn: string | undefined): boolean => {
  if (failOn === undefined) return false;
  // What cannot be compared may hide either.
  if (undecided !== undefined || failOn === 'any') return true;
  return (failOn === 'gain' ? gain : loss) !== undefined;
};

/** The report of a comparison. */
export const formatComparison = ({ differences, unchanged }: PolicyDifference): string => {
  const gains = differences.filter(({ gain }) => gain !== undefined).length;
  const losses = differences.filter(({ loss }) => loss !== undefined).length;
  const summary =
    differences.length === 0
      ? `no change: ${countOf(unchanged.length, 'rule')} proved to decide as before\n`
      : `${countOf(differences.length, 'rule')} changed: somebody gains by ${gains} and loses by ${losses}; ${unchanged.length} proved unchanged\n`;
  return differences.map(formatDifference).join('') + summary;
};

export const diff: Command = {
  name: 'diff',
  summary: 'Shows who gains and who loses between two policies, rule by rule.',
  operands: 'BEFORE AFTER',
  notes: `BEFORE and AFTER are policy files, or one of the words
  defaults      the registered rules without a file
  old-defaults  the same while old defaults still count
  new-defaults  the same once they no longer count
Every difference comes with a request that the two policies decide differently; rules not listed are proved to
decide every request alike.`,
  flags: [
    ...POLICY_FLAGS.filter(({ name }) => name !== 'policy-file'),
    {
      name: 'policies-after',
      type: 'texts',
      value: 'PATH[#EXPORT]',
      help: 'the rules of the service after, where they differ',
    },
    {
      name: 'fail-on',
      type: 'text',
      choices: ['gain', 'loss', 'any'],
      help: 'end with status 1 when somebody gains, loses, or either',
    },
    { name: 'json', type: 'switch', help: 'print JSON' },
  ],
  async run(given, { directory }) {
    const [before, after, ...more] = given.operands;
    if (before === undefined || after === undefined || more.length > 0) {
      throw new CommandFailure('name two policies to compare', { exitCode: 2 });
    }
    const services = await loadServices(given, directory);
    const later = given.texts('policies-after');
    const servicesAfter =
      later.length === 0
        ? services
        : await loadServices(given.with({ policies: later, namespace: [] }), directory);
    const comparison = diffPolicies(
      await viewOfOperand(before, services, given, directory),
      await viewOfOperand(after, servicesAfter, given, directory),
    );
    return {
      output: given.has('json') ? `${JSON.stringify(comparison, null, 2)}\n` : formatComparison(comparison),
      exitCode: comparison.differences.some((one) => isFailure(one, given.text('fail-on'))) ? 1 : 0,
    };
  },
};
