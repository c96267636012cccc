import { lintPolicy, type Finding } from '../analysis/lint.ts';
import { viewOf } from '../analysis/enforcer-view.ts';
import type { PolicyView } from '../analysis/policy-view.ts';
import type { Command } from './command.ts';
import { compatOf, loadEnforcer, POLICY_FLAGS, readSetup, withConfiguration } from './setup.ts';
import { loadServices } from './service.ts';
import { countOf } from './table.ts';

const placeOf = (policy: PolicyView, rule: string): string => {
  const source = policy.rules.get(rule)?.source;
  if (source === undefined || !('file' in source)) return 'registered';
  return `${source.file}${source.line === undefined ? '' : `:${source.line}`}`;
};

const formatFinding = (policy: PolicyView, { rule, kind, message }: Finding): string =>
  `${placeOf(policy, rule)}: ${rule}: ${message} [${kind}]\n`;

export const lint: Command = {
  name: 'lint',
  summary: 'Finds what is wrong with a policy, by proof; ends with status 1 when there is anything.',
  notes: 'Names are only looked at where the options say which ones there are.',
  flags: [
    ...POLICY_FLAGS,
    { name: 'known-role', type: 'texts', value: 'NAME', help: 'a role there is' },
    { name: 'known-credential', type: 'texts', value: 'NAME', help: 'a name that credentials can have' },
    { name: 'known-target-key', type: 'texts', value: 'NAME', help: 'a key that targets can have' },
    { name: 'json', type: 'switch', help: 'print JSON' },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await loadServices(given, directory);
    const { options } = readSetup(line, directory);
    const enforcer = await loadEnforcer(services, { ...options, compat: compatOf(given) });
    const policy = viewOf(enforcer);
    const known = (name: string): readonly string[] | undefined =>
      given.texts(name).length === 0 ? undefined : given.texts(name);
    const [roles, names, keys] = ['known-role', 'known-credential', 'known-target-key'].map(known);
    const findings = lintPolicy({
      policy,
      defaults: services.flatMap(({ rules }) => rules),
      registry: enforcer.checks,
      ...(roles === undefined ? {} : { knownRoles: roles }),
      ...(names === undefined ? {} : { knownCredentials: names }),
      ...(keys === undefined ? {} : { knownTargetKeys: keys }),
    });
    const text =
      findings.map((finding) => formatFinding(policy, finding)).join('') +
      `${countOf(findings.length, 'finding')} in ${countOf(policy.rules.size, 'rule')}\n`;
    return {
      output: given.has('json') ? `${JSON.stringify(findings, null, 2)}\n` : text,
      exitCode: findings.length > 0 ? 1 : 0,
    };
  },
};
