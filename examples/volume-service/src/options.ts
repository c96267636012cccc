import { cacheOptions, type CacheConfiguration } from '@oslofjord/cache';
import {
  optionGroup,
  resolve,
  type BooleanOption,
  type DurationOption,
  type HostOption,
  type OptionGroup,
  type PortOption,
  type ResolvedOptions,
  type Sources,
  type StringOption,
} from '@oslofjord/config';
import { healthcheckOptions, type OsloHealthcheckOptions } from '@oslofjord/healthcheck';
import { osloPolicyOptions, type OsloPolicyOptions } from '@oslofjord/policy';

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type ServiceOptionTypes = {
  readonly bindHost: HostOption & { readonly default: string };
  readonly bindPort: PortOption & { readonly default: number };
  readonly once: BooleanOption & { readonly default: boolean };
  readonly console: BooleanOption & { readonly default: boolean };
  readonly limitsFile: StringOption & { readonly default: string };
  readonly transportUrl: StringOption & { readonly default: string };
};

const service: OptionGroup<ServiceOptionTypes> = optionGroup({
  name: 'DEFAULT',
  options: {
    bindHost: { type: 'host', default: '127.0.0.1', help: 'The address to listen on.' },
    bindPort: { type: 'port', default: 0, help: 'The port to listen on; 0 takes a free one.' },
    limitsFile: { type: 'string', default: 'limits.yaml', help: 'The file of quotas, beside this one.' },
    transportUrl: {
      type: 'string',
      default: '',
      secret: true,
      help: 'The RabbitMQ over which workers are asked to make volumes; empty: a volume is made at once.',
    },
    once: { type: 'boolean', default: false, help: 'Whether the service ends after its tour.' },
    console: {
      type: 'boolean',
      default: false,
      help: 'Whether `volume-service api` has a console, for this machine and whoever reads its first lines.',
    },
  },
});

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type DatabaseOptionTypes = { readonly connection: StringOption & { readonly default: string } };

const database: OptionGroup<DatabaseOptionTypes> = optionGroup({
  name: 'database',
  options: {
    connection: {
      type: 'string',
      default: '',
      secret: true,
      help: 'The PostgreSQL to use; empty: one inside the process, which forgets.',
    },
  },
});

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type MetricsOptionTypes = { readonly directory: StringOption & { readonly default: string } };

const metrics: OptionGroup<MetricsOptionTypes> = optionGroup({
  name: 'metrics',
  options: {
    directory: {
      type: 'string',
      default: '',
      help: 'The folder where processes leave their numbers, for one page of all; empty: each has a page of its own.',
    },
  },
});

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type TokenOptionTypes = {
  readonly authUrl: StringOption & { readonly default: string };
  readonly username: StringOption & { readonly default: string };
  readonly password: StringOption & { readonly default: string };
  readonly userDomainName: StringOption & { readonly default: string };
  readonly tokenCacheTime: DurationOption & { readonly default: string };
  readonly memcacheSecretKey: StringOption;
};

/** The names of keystonemiddleware's section where there are such. */
const tokens: OptionGroup<TokenOptionTypes> = optionGroup({
  name: 'keystone_authtoken',
  options: {
    authUrl: { type: 'string', default: '', help: 'Keystone; empty: development tokens.' },
    username: { type: 'string', default: 'volumes', help: 'Who asks; needs the role reader on the system.' },
    password: { type: 'string', default: '', secret: true, help: 'The password of who asks.' },
    userDomainName: { type: 'string', default: 'Default', help: 'The domain of who asks.' },
    tokenCacheTime: {
      type: 'duration',
      default: '1m',
      help: 'How long an answer is believed without asking again.',
    },
    memcacheSecretKey: {
      type: 'string',
      secret: true,
      help: 'Signs what is cached, so that nobody else who reaches the cache can make up a token.',
    },
  },
});

/** What the service is told. */
export interface ServiceOptions {
  readonly bindHost: string;
  readonly bindPort: number;
  readonly once: boolean;
  readonly console: boolean;
  readonly limitsFile: string;
  readonly transportUrl: string;
  readonly database: ResolvedOptions<DatabaseOptionTypes>;
  readonly cache: CacheConfiguration;
  readonly keystone: ResolvedOptions<TokenOptionTypes>;
  readonly metrics: ResolvedOptions<MetricsOptionTypes>;
  /** Where the sections of packages that read their own are: `[oslo_limit]`, `[oslo_messaging_metrics]`. */
  readonly sources: Pick<Sources, 'files' | 'environment'>;
  /** The section `[oslo_policy]`, for the enforcer. */
  readonly policy: OsloPolicyOptions;
  /** The section `[healthcheck]`, for file toggles. */
  readonly healthcheck: OsloHealthcheckOptions;
}

/**
 * Reads `etc/volume-service.conf`, or the files of `--config-file`, then the environment and the command line.
 * @param files what is read when the command line names no file
 * @throws ConfigurationError (ERR_CONFIG_INVALID) listing everything that is wrong
 */
export const readOptions = (
  files: readonly string[],
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServiceOptions => {
  const groups = {
    ...{ service, database, metrics, keystone: tokens },
    ...{ policy: osloPolicyOptions, healthcheck: healthcheckOptions, cache: cacheOptions },
  };
  const { service: own, ...values } = resolve(groups, { files, arguments: words, environment });
  return { ...own, ...values, sources: { files, environment } };
};
