import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { InvalidArgumentError, LimitsFileError } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import { credentialsFrom, type NamedOptions } from './named.ts';
import type { KeystoneAddress, SessionOptions } from './session.ts';
import type { HttpTransportOptions } from './transport.ts';

/** Where to look for a cloud. */
export interface CloudOptions {
  /** Its name. @default `OS_CLOUD` of the environment, or the only one in the file */
  readonly cloud?: string;
  /** Path of the file. @default `OS_CLIENT_CONFIG_FILE`, then clouds.yaml here, in ~/.config/openstack, in /etc/openstack */
  readonly path?: string;
  readonly environment?: NamedOptions;
}

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const merged = (base: Mapping, over: Mapping): Mapping => {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isMapping(below) && isMapping(value) ? merged(below, value) : value;
  }
  return result;
};

const cloudsIn = (path: string): Mapping => {
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new LimitsFileError(path, [(error as Error).message], { cause: error });
  }
  const clouds = isMapping(parsed) ? parsed.clouds : undefined;
  if (!isMapping(clouds)) throw new LimitsFileError(path, ['has no mapping of clouds']);
  return clouds;
};

const pathOf = ({ path, environment = {} }: CloudOptions): string => {
  const named = path ?? environment.OS_CLIENT_CONFIG_FILE;
  if (named !== undefined) return named;
  const places = ['.', join(homedir(), '.config', 'openstack'), '/etc/openstack'];
  const found = places.map((place) => join(place, 'clouds.yaml')).find((place) => existsSync(place));
  if (found === undefined) throw new InvalidArgumentError(`there is no clouds.yaml in ${places.join(', ')}`);
  return found;
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const texts = (mapping: Mapping): NamedOptions =>
  Object.fromEntries(Object.entries(mapping).map(([name, value]) => [name, text(value)]));

const httpOf = (cloud: Mapping): HttpTransportOptions => {
  const [cafile, certfile, keyfile] = [text(cloud.cacert), text(cloud.cert), text(cloud.key)];
  return {
    ...(cafile === undefined ? {} : { cafile }),
    ...(certfile === undefined ? {} : { certfile }),
    ...(keyfile === undefined ? {} : { keyfile }),
    insecure: cloud.verify === false,
  };
};

const addressOf = (cloud: Mapping): KeystoneAddress => {
  const { region_name: region, interface: kind, identity_endpoint_override: override } = texts(cloud);
  return {
    ...(region === undefined ? {} : { regionName: region }),
    ...(kind === undefined ? {} : { validInterfaces: [kind] }),
    ...(override === undefined ? {} : { endpointOverride: override }),
  };
};

/**
 * What a session needs, from `clouds.yaml` and the `secure.yaml` beside it.
 * @throws InvalidArgumentError, LimitsFileError
 */
export const sessionOptionsFromCloud = (options: CloudOptions = {}): SessionOptions => {
  const path = pathOf(options);
  const secure = path.replace(/clouds(\.ya?ml)$/u, 'secure$1');
  const clouds =
    secure !== path && existsSync(secure) ? merged(cloudsIn(path), cloudsIn(secure)) : cloudsIn(path);
  const names = Object.keys(clouds);
  const name = options.cloud ?? options.environment?.OS_CLOUD ?? (names.length === 1 ? names[0] : undefined);
  const cloud = name === undefined ? undefined : clouds[name];
  if (!isMapping(cloud)) {
    const asked = name === undefined ? 'say which cloud' : `there is no cloud ${name}`;
    throw new InvalidArgumentError(`${path}: ${asked}; it has ${names.join(', ') || 'none'}`);
  }
  const auth = isMapping(cloud.auth) ? texts(cloud.auth) : {};
  const type = text(cloud.auth_type);
  const credentials: Credentials = credentialsFrom(
    { ...auth, ...(type === undefined ? {} : { auth_type: type }) },
    `${path}: ${String(name)}`,
  );
  return { auth: credentials, keystone: addressOf(cloud), http: httpOf(cloud) };
};
