import {
  optionGroup,
  resolve,
  type BooleanOption,
  type HostOption,
  type OptionGroup,
  type PortOption,
  type StringOption,
} from '@oslofjord/config';
import { healthcheckOptions, type OsloHealthcheckOptions } from '@oslofjord/healthcheck';
import { osloPolicyOptions, type OsloPolicyOptions } from '@oslofjord/policy';

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type ServiceOptionTypes = {
  readonly bindHost: HostOption & { readonly default: string };
  readonly bindPort: PortOption & { readonly default: number };
  readonly once: BooleanOption & { readonly default: boolean };
  readonly limitsFile: StringOption & { readonly default: string };
};

const service: OptionGroup<ServiceOptionTypes> = optionGroup({
  name: 'DEFAULT',
  options: {
    bindHost: { type: 'host', default: '127.0.0.1', help: 'The address to listen on.' },
    bindPort: { type: 'port', default: 0, help: 'The port to listen on; 0 takes a free one.' },
    limitsFile: { type: 'string', default: 'limits.yaml', help: 'The file of quotas, beside this one.' },
    once: { type: 'boolean', default: false, help: 'Whether the service ends after its tour.' },
  },
});

/** What the service is told. */
export interface ServiceOptions {
  readonly bindHost: string;
  readonly bindPort: number;
  readonly once: boolean;
  readonly limitsFile: string;
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
  const groups = { service, policy: osloPolicyOptions, healthcheck: healthcheckOptions };
  const values = resolve(groups, { files, arguments: words, environment });
  return { ...values.service, policy: values.policy, healthcheck: values.healthcheck };
};
