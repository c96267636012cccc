import {
  optionGroup,
  resolve,
  type OptionGroup,
  type ResolvedOptions,
  type Sources,
} from '@oslofjord/config';
import { InvalidArgumentError } from './errors.ts';
import { credentialsFrom, type NamedOptions } from './keystone/named.ts';
import type { KeystoneAddress, SessionOptions } from './keystone/session.ts';
import type { LimitTarget } from './keystone/target.ts';
import type { HttpTransportOptions } from './keystone/transport.ts';

/** Whose limits. */
const targetOptions = {
  endpointId: { type: 'string', help: "The service's endpoint id which is registered in Keystone." },
  endpointServiceType: { type: 'string', help: 'Service type for endpoint discovery.' },
  endpointServiceName: { type: 'string', help: 'Service name for endpoint discovery.' },
  endpointRegionName: { type: 'string', help: 'Region to which the endpoint belongs.' },
  endpointInterface: {
    type: 'string',
    default: 'public',
    choices: ['public', 'publicURL', 'internal', 'internalURL', 'admin', 'adminURL'],
    help: 'The interface for endpoint discovery. The forms that end in URL are deprecated.',
  },
} as const;

/** Who we are to Keystone: the options of keystoneauth's plugins password, token and application credential. */
const credentialOptions = {
  authType: {
    type: 'string',
    help: 'Authentication type to load: password, v3password, token, v3token or v3applicationcredential.',
    deprecatedNames: [{ name: 'auth_plugin' }],
  },
  authSection: { type: 'string', help: 'Config Section from which to load plugin specific options.' },
  authUrl: { type: 'string', help: 'Authentication URL.' },
  systemScope: { type: 'string', help: 'Scope for system operations; all is the only one.' },
  domainId: { type: 'string', help: 'Domain ID to scope to.' },
  domainName: { type: 'string', help: 'Domain name to scope to.' },
  projectId: { type: 'string', help: 'Project ID to scope to.', deprecatedNames: [{ name: 'tenant_id' }] },
  projectName: {
    type: 'string',
    help: 'Project name to scope to.',
    deprecatedNames: [{ name: 'tenant_name' }],
  },
  projectDomainId: { type: 'string', help: 'Domain ID containing project.' },
  projectDomainName: { type: 'string', help: 'Domain name containing project.' },
  trustId: { type: 'string', help: 'ID of the trust to use as a trustee use.' },
  defaultDomainId: { type: 'string', help: 'Domain of user and project where they name none, by id.' },
  defaultDomainName: { type: 'string', help: 'Domain of user and project where they name none, by name.' },
  userId: { type: 'string', help: 'User ID.' },
  username: { type: 'string', help: 'Username.', deprecatedNames: [{ name: 'user_name' }] },
  userDomainId: { type: 'string', help: "User's domain id." },
  userDomainName: { type: 'string', help: "User's domain name." },
  password: { type: 'string', secret: true, help: "User's password." },
  token: { type: 'string', secret: true, help: 'Token to authenticate with.' },
  applicationCredentialId: { type: 'string', help: 'Application credential ID.' },
  applicationCredentialName: { type: 'string', help: 'Application credential name.' },
  applicationCredentialSecret: { type: 'string', secret: true, help: 'Application credential auth secret.' },
} as const;

/** Where Keystone is, and how to reach it. */
const addressOptions = {
  cafile: {
    type: 'string',
    help: 'PEM encoded Certificate Authority to use when verifying HTTPs connections.',
  },
  certfile: { type: 'string', help: 'PEM encoded client certificate cert file.' },
  keyfile: { type: 'string', help: 'PEM encoded client certificate key file.' },
  insecure: { type: 'boolean', default: false, help: 'Does not verify HTTPS connections.' },
  timeout: { type: 'duration', help: 'Timeout value for http requests.' },
  collectTiming: {
    type: 'boolean',
    default: false,
    help: 'Has no effect: subscribe to oslofjord:limit:refresh.',
  },
  splitLoggers: { type: 'boolean', default: false, help: 'Has no effect: nothing is logged.' },
  serviceType: { type: 'string', help: "Type of Keystone's own service; identity whatever it says." },
  serviceName: {
    type: 'string',
    help: "Name of Keystone's own service. Not that whose limits are asked for: see endpoint_service_name.",
  },
  validInterfaces: { type: 'list', help: "Interfaces of Keystone's endpoint in order of preference." },
  regionName: {
    type: 'string',
    help: "Region of Keystone's own endpoint. Not that whose limits are asked for: see endpoint_region_name.",
  },
  endpointOverride: { type: 'string', help: 'Always use this URL of Keystone.' },
  version: { type: 'string', help: 'Has no effect: version 3 is used.' },
  minVersion: { type: 'string', help: 'Has no effect: version 3 is used.' },
  maxVersion: { type: 'string', help: 'Has no effect: version 3 is used.' },
  connectRetries: {
    type: 'integer',
    help: 'Has no effect: a connection that was closed is opened again once.',
  },
  connectRetryDelay: { type: 'float', help: 'Has no effect.' },
  statusCodeRetries: { type: 'integer', help: 'Has no effect: Retry-After is honoured once.' },
  statusCodeRetryDelay: { type: 'float', help: 'Has no effect.' },
} as const;

type OsloLimitOptions = typeof targetOptions & typeof credentialOptions & typeof addressOptions;

/**
 * The section `[oslo_limit]`.
 * @parity oslo.limit 7d1e011 opts.py, keystoneauth1 loading — same names and defaults
 */
export const osloLimitOptions: OptionGroup<OsloLimitOptions> = optionGroup({
  name: 'oslo_limit',
  help: 'Unified limits: who the service is to Keystone, where Keystone is, and whose limits are enforced.',
  options: { ...targetOptions, ...credentialOptions, ...addressOptions },
});

/** Every option group of this package. */
export const optionGroups: readonly OptionGroup[] = [osloLimitOptions];

/** What a configuration says: who we are, where Keystone is, and whose limits are meant. */
export interface ConfiguredLimits {
  readonly session: SessionOptions;
  readonly target: LimitTarget;
  /** What is probably meant otherwise than it is written. */
  readonly warnings: readonly string[];
}

type Values = ResolvedOptions<OsloLimitOptions>;

const namedOf = (values: ResolvedOptions<typeof credentialOptions>): NamedOptions => {
  const snake = (key: string): string => key.replaceAll(/[A-Z]/gu, (capital) => `_${capital.toLowerCase()}`);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [snake(key), value]));
};

const targetOf = (values: Values): LimitTarget => {
  if (values.endpointId !== undefined) return { endpointId: values.endpointId };
  return {
    ...(values.endpointServiceType === undefined ? {} : { serviceType: values.endpointServiceType }),
    ...(values.endpointServiceName === undefined ? {} : { serviceName: values.endpointServiceName }),
    ...(values.endpointRegionName === undefined ? {} : { regionName: values.endpointRegionName }),
    interface: values.endpointInterface,
  };
};

const addressOf = (values: Values): KeystoneAddress => ({
  ...(values.endpointOverride === undefined ? {} : { endpointOverride: values.endpointOverride }),
  ...(values.validInterfaces === undefined ? {} : { validInterfaces: values.validInterfaces }),
  ...(values.regionName === undefined ? {} : { regionName: values.regionName }),
});

const httpOf = ({ cafile, certfile, keyfile, insecure, timeout }: Values): HttpTransportOptions => ({
  ...(cafile === undefined ? {} : { cafile }),
  ...(certfile === undefined ? {} : { certfile }),
  ...(keyfile === undefined ? {} : { keyfile }),
  ...(timeout === undefined ? {} : { timeout: `${timeout}ms` }),
  insecure,
});

/** The options that look like those of the target and are those of Keystone. */
const warningsOf = (values: Values): readonly string[] => {
  const warnings: string[] = [];
  if (values.endpointId !== undefined) return warnings;
  if (
    values.serviceName !== undefined &&
    values.endpointServiceName === undefined &&
    values.endpointServiceType === undefined
  ) {
    warnings.push(
      'service_name names the service of Keystone; the service whose limits are enforced is endpoint_service_name',
    );
  }
  if (
    values.serviceType !== undefined &&
    values.endpointServiceType === undefined &&
    values.endpointServiceName === undefined
  ) {
    warnings.push(
      'service_type is the type of Keystone; the service whose limits are enforced is endpoint_service_type',
    );
  }
  if (values.regionName !== undefined && values.endpointRegionName === undefined) {
    warnings.push(
      'region_name is the region of Keystone; the region whose limits are enforced is endpoint_region_name',
    );
  }
  if (values.endpointInterface.endsWith('URL')) {
    warnings.push(
      `endpoint_interface = ${values.endpointInterface} is deprecated; write ${values.endpointInterface.slice(0, -3)}`,
    );
  }
  return warnings;
};

/**
 * Reads `[oslo_limit]`, and the section that its `auth_section` names, from files, environment and arguments.
 * @throws ConfigurationError of `@oslofjord/config`, InvalidArgumentError when credentials are incomplete
 * @example
 * const { session, target } = configuredLimits({ files: ['/etc/cinder/cinder.conf'] });
 * const limits = await keystoneLimits({ ...session, target });
 */
export const configuredLimits = (sources: Omit<Sources, 'values' | 'defaults'>): ConfiguredLimits => {
  const values = resolve(osloLimitOptions, sources as Sources<never>);
  const section = values.authSection ?? osloLimitOptions.name;
  const group = optionGroup({ name: section, options: credentialOptions });
  const credentials = section === osloLimitOptions.name ? values : resolve(group, sources as Sources<never>);
  const { authSection: _, ...named } = namedOf(credentials);
  if (Object.values(named).every((value) => value === undefined)) {
    throw new InvalidArgumentError(
      `[${section}]: nothing says how to log in to Keystone; set auth_url, username and password, or an application credential`,
    );
  }
  return {
    session: {
      auth: credentialsFrom(named, `[${section}]`),
      keystone: addressOf(values),
      http: httpOf(values),
    },
    target: targetOf(values),
    warnings: warningsOf(values),
  };
};
