import { formatCheck } from '../checks/check.ts';
import type { Enforcer } from '../enforcer.ts';
import { isTruthy } from '../python/values.ts';
import { credentialsOfToken, flatten, readObject } from './access.ts';
import { CommandFailure, type Command } from './command.ts';
import { readInput } from './input.ts';
import { CONFIG_FLAGS, loadEnforcer, readSetup, SERVICE_FLAGS } from './setup.ts';
import { loadServices } from './service.ts';

type Outcome = 'passed' | 'failed' | 'exception';

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const tryRule = async (
  enforcer: Enforcer,
  name: string,
  target: Record<string, unknown>,
  credentials: Record<string, unknown>,
): Promise<{ readonly outcome: Outcome; readonly text: string }> => {
  try {
    const isAllowed = isTruthy(await enforcer.evaluateAsync(name, target, { ...credentials }));
    const outcome = isAllowed ? 'passed' : 'failed';
    return { outcome, text: `${outcome}: ${name}\n` };
  } catch (error) {
    const check = enforcer.currentRules.get(name);
    const message = error instanceof Error ? error.message : String(error);
    return {
      outcome: 'exception',
      text: `${message}\nexception: ${check === undefined ? name : formatCheck(check)}\n`,
    };
  }
};

/** @parity oslo.policy 6.0.0 shell.py — differs: checker-status, checker-defaults, checker-scope, domain-scope */
export const checker: Command = {
  name: 'checker',
  summary: 'Tries the rules of a policy file for the token of somebody.',
  notes:
    'Rules are tried whose name holds a colon, or the one given. With --policies the registered rules count\nas they do in the service, with their scopes. Ends with status 1 when the rule given does not pass, or\nwhen any rule cannot be decided.',
  flags: [
    { name: 'policy', type: 'text', value: 'FILE', help: 'a policy file' },
    { name: 'access', type: 'text', value: 'FILE', help: 'what Keystone answers about the token, in JSON' },
    {
      name: 'target',
      type: 'text',
      value: 'FILE',
      help: 'what the action is about, in JSON; nested keys become dotted ones',
    },
    { name: 'rule', type: 'text', value: 'NAME', help: 'the rule to try' },
    { name: 'is-admin', type: 'switch', help: 'whether the credentials have is_admin' },
    { name: 'enforcer-config', type: 'text', value: 'FILE', help: 'a configuration file with [oslo_policy]' },
    ...SERVICE_FLAGS,
    ...CONFIG_FLAGS,
  ],
  async run(given, { directory }) {
    const [policy, access, rule] = [given.text('policy'), given.text('access'), given.text('rule')];
    if (policy === undefined) throw new CommandFailure('value required for option policy');
    if (access === undefined) throw new CommandFailure('value required for option access');
    const credentials = credentialsOfToken(
      readObject(access, 'access information', directory),
      given.has('is-admin'),
    );
    readInput(policy, directory);
    const targetFile = given.text('target');
    const target =
      targetFile === undefined
        ? {
            user_id: credentials.user_id,
            ...(isTruthy(credentials.project_id) ? { project_id: credentials.project_id } : {}),
          }
        : flatten(readObject(targetFile, 'target', directory));
    const config = given.text('enforcer-config');
    const services = await loadServices(given, directory);
    const setup = readSetup(
      given.or({ 'policy-file': policy, ...(config === undefined ? {} : { 'config-file': [config] }) }),
      directory,
    );
    const enforcer = await loadEnforcer(services, { ...setup.options, compat: 'oslo' });
    const names = [...enforcer.currentRules.keys()];
    const { defaultRule } = enforcer;
    const answers = typeof defaultRule === 'string' && names.includes(defaultRule);
    if (rule !== undefined && !names.includes(rule) && !answers) {
      throw new CommandFailure(`there is no rule ${rule} in ${policy}`);
    }
    const tried = rule === undefined ? names.filter((name) => name.includes(':')).sort(byBytes) : [rule];
    const results: Awaited<ReturnType<typeof tryRule>>[] = [];
    for (const name of tried) results.push(await tryRule(enforcer, name, target, credentials));
    const isFailed = results.some(
      ({ outcome }) => outcome === 'exception' || (rule !== undefined && outcome !== 'passed'),
    );
    return { output: results.map(({ text }) => text).join(''), exitCode: isFailed ? 1 : 0 };
  },
};
