import { explain as explainDecision, type Explanation } from '../analysis/explain.ts';
import { viewOf } from '../analysis/enforcer-view.ts';
import type { RuleSource } from '../analysis/policy-view.ts';
import type { TraceStep } from '../analysis/trace.ts';
import { credentialsOfToken, flatten, readObject } from './access.ts';
import { CommandFailure, type Command } from './command.ts';
import { compatOf, loadEnforcer, POLICY_FLAGS, readSetup, withConfiguration } from './setup.ts';
import { loadServices } from './service.ts';

const placeOf = ({ file, line }: { readonly file?: string; readonly line?: number }): string =>
  `${file ?? 'a file'}${line === undefined ? '' : `:${line}`}`;

const sourceText = (source: RuleSource): string => {
  switch (source.type) {
    case 'default':
      return 'registered default';
    case 'default-with-deprecated':
      return `registered default, or the old one of ${source.deprecatedRule}`;
    case 'deprecated-name':
      return `${placeOf(source)}, under the old name ${source.deprecatedRule}`;
    case 'file':
      return placeOf(source);
    case 'set':
      return 'set by the service';
  }
};

const resultText = ({ result, error }: TraceStep): string => {
  if (error !== undefined) return 'error';
  return result === undefined ? 'not tried' : result ? 'passes' : 'fails';
};

const traceLines = (step: TraceStep, depth: number): string[] => {
  const where = step.rule === undefined ? '' : `  [${sourceText(step.rule.source)}]`;
  const why = step.error === undefined || step.steps.length > 0 ? '' : `  (${step.error})`;
  return [
    `${resultText(step).padEnd(10)}${'  '.repeat(depth)}${step.check}${where}${why}`,
    ...step.steps.flatMap((one) => traceLines(one, depth + 1)),
  ];
};

/** An explanation as a person reads it. */
export const formatExplanation = (explanation: Explanation): string => {
  const { allowed, rule, answeredBy, source, scope, trace, suggestions } = explanation;
  const lines = [`${rule} is ${allowed ? 'allowed' : 'denied'}`];
  if (answeredBy === undefined) lines.push('There is no such rule, and no default rule.');
  else if (answeredBy !== rule) lines.push(`There is no such rule; ${answeredBy} answers for it.`);
  if (source !== undefined) lines.push(`from: ${sourceText(source)}`);
  if (scope.allowed.length > 0) {
    lines.push(
      `scope: the token is ${scope.token}-scoped, the rule is for ${scope.allowed.join(', ')}${scope.isAllowed ? '' : ': denied'}`,
    );
  }
  if (trace !== undefined) lines.push('', ...traceLines(trace, 0));
  if (!allowed && answeredBy !== undefined) {
    lines.push(
      '',
      suggestions.length === 0 ? 'No single request nearby would be allowed.' : 'It would be allowed with',
    );
    lines.push(...suggestions.map(({ facts }) => `  ${facts.join(', and ')}`));
  }
  return lines.map((line) => `${line}\n`).join('');
};

export const explain: Command = {
  name: 'explain',
  summary: 'Says why somebody is allowed or denied, and what would allow it.',
  operands: 'RULE',
  notes:
    'Credentials and target are objects in JSON or YAML, written out or in a file; credentials may be what Keystone\nanswers about a token.',
  flags: [
    ...POLICY_FLAGS,
    { name: 'credentials', type: 'text', value: 'OBJECT|FILE', help: 'who asks' },
    { name: 'target', type: 'text', value: 'OBJECT|FILE', help: 'what the action is about' },
    { name: 'fail', type: 'switch', help: 'end with status 1 when it is denied' },
    { name: 'json', type: 'switch', help: 'print JSON' },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const [rule, ...more] = given.operands;
    if (rule === undefined || more.length > 0) throw new CommandFailure('name one rule', { exitCode: 2 });
    const written = readObject(given.text('credentials') ?? '{}', 'credentials', directory);
    const credentials = 'token' in written ? credentialsOfToken(written, false) : written;
    const target = flatten(readObject(given.text('target') ?? '{}', 'target', directory));
    const { options } = readSetup(line, directory);
    const services = await loadServices(given, directory);
    const enforcer = await loadEnforcer(services, { ...options, compat: compatOf(given) });
    const explanation = explainDecision(viewOf(enforcer), rule, target, credentials);
    return {
      output: given.has('json')
        ? `${JSON.stringify(explanation, null, 2)}\n`
        : formatExplanation(explanation),
      exitCode: given.has('fail') && !explanation.allowed ? 1 : 0,
    };
  },
};
