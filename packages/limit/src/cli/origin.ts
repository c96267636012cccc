import { InvalidArgumentError } from '../errors.ts';
import { sessionOptionsFromCloud } from '../keystone/clouds-yaml.ts';
import { keystoneLimits } from '../keystone/limits.ts';
import { credentialsFromEnvironment } from '../keystone/named.ts';
import { KeystoneSession } from '../keystone/session.ts';
import { resolveTarget, type LimitTarget, type ResolvedTarget } from '../keystone/target.ts';
import { configuredLimits, type ConfiguredLimits } from '../options.ts';
import type { LimitProvider } from '../provider.ts';
import { yamlLimits } from '../yaml/file.ts';
import { UsageMistake, type CommandContext } from './output.ts';

/** Options by which every command finds Keystone. */
export const KEYSTONE_OPTIONS = {
  'config-file': { type: 'string' },
  'os-cloud': { type: 'string' },
  'endpoint-id': { type: 'string' },
  'service-type': { type: 'string' },
  'service-name': { type: 'string' },
  region: { type: 'string' },
  interface: { type: 'string' },
} as const;

/** Values of options as `parseArgs` gives them. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** The value of an option that takes a text. */
export const textOption = (values: OptionValues, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

const targetOf = (values: OptionValues): LimitTarget | undefined => {
  const endpointId = textOption(values, 'endpoint-id');
  if (endpointId !== undefined) return { endpointId };
  const [serviceType, serviceName] = [textOption(values, 'service-type'), textOption(values, 'service-name')];
  if (serviceType === undefined && serviceName === undefined) return undefined;
  const [regionName, kind] = [textOption(values, 'region'), textOption(values, 'interface')];
  return {
    ...(serviceType === undefined ? {} : { serviceType }),
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(regionName === undefined ? {} : { regionName }),
    ...(kind === undefined ? {} : { interface: kind }),
  };
};

/**
 * Who we are and whose limits are meant: from `--config-file`, else from clouds.yaml when a cloud is named, else from the
 * environment; options of the target come first.
 * @throws UsageMistake when nothing says whose limits are meant
 */
export const configuredBy = (values: OptionValues, { environment }: CommandContext): ConfiguredLimits => {
  const file = textOption(values, 'config-file');
  const target = targetOf(values);
  if (file !== undefined) {
    const configured = configuredLimits({ files: [file] });
    return target === undefined ? configured : { ...configured, target };
  }
  if (target === undefined) {
    throw new UsageMistake(
      'say whose limits: --config-file FILE, --endpoint-id ID, or --service-type TYPE [--region NAME]',
    );
  }
  const cloud = textOption(values, 'os-cloud');
  const session =
    cloud !== undefined || environment.OS_CLOUD !== undefined
      ? sessionOptionsFromCloud({ environment, ...(cloud === undefined ? {} : { cloud }) })
      : { auth: credentialsFromEnvironment(environment) };
  return { session, target, warnings: [] };
};

/** A session and the target it found. */
export interface OpenKeystone {
  readonly session: KeystoneSession;
  readonly target: ResolvedTarget;
}

/** Logs in and finds the target. */
export const openKeystone = async (values: OptionValues, context: CommandContext): Promise<OpenKeystone> => {
  const configured = configuredBy(values, context);
  for (const warning of configured.warnings) context.err(`warning: ${warning}\n`);
  const session = new KeystoneSession(configured.session);
  return { session, target: await resolveTarget(session, configured.target) };
};

/** Limits from `--limits FILE`, else from Keystone. */
export const openProvider = async (values: OptionValues, context: CommandContext): Promise<LimitProvider> => {
  const file = textOption(values, 'limits');
  if (file !== undefined) return yamlLimits(file, { watch: false });
  const { session, target } = configuredBy(values, context);
  return keystoneLimits({ ...session, target });
};

/** `a=1,b=2` as deltas. @throws InvalidArgumentError */
export const parseDeltas = (text: string): Readonly<Record<string, number>> => {
  const pairs = text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=');
    const amount = Number(pair.slice(at + 1));
    if (at <= 0 || pair.slice(at + 1).trim() === '' || !Number.isSafeInteger(amount)) {
      throw new InvalidArgumentError(`'${pair}' is not NAME=NUMBER`);
    }
    return [pair.slice(0, at).trim(), amount] as const;
  });
  return Object.fromEntries(pairs);
};
