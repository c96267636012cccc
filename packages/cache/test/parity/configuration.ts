import { resolve, type Options } from '@oslofjord/config';
import { cacheOptions, type CacheConfiguration } from '../../src/cache-options.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { osloArguments } from '../../src/oslo-arguments.ts';
import { PythonError } from './python-errors.ts';

type Request = Readonly<Record<string, unknown>>;

/** The options of `[cache]` with some set by the program; `null` stands for what is not set. */
export const optionsOf = (given: Request): CacheConfiguration => {
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  return resolve(cacheOptions, { values, compat: 'oslo' });
};

/** What Oslo's `_build_cache_config` answers. */
export const backendArguments = (given: Request = {}): unknown => {
  try {
    return osloArguments(optionsOf(given));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [issue] = error.issues;
    throw new PythonError('ConfigurationError', issue?.message ?? '');
  }
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'StrOpt',
  integer: 'IntOpt',
  float: 'FloatOpt',
  boolean: 'BoolOpt',
  list: 'ListOpt',
  multiString: 'MultiStrOpt',
};

/** Names that only this package accepts; see `backend-names` in divergences.ts. */
const isUpstream = (backend: string): boolean =>
  /^(?:oslo_cache|dogpile\.cache)\./u.test(backend) && !/valkey|cluster/u.test(backend);

/** Options whose former names stand without a group in Oslo's declaration. */
const WITHOUT_GROUP = ['hashclient_retry_timeout', 'hashclient_dead_timeout'];

const snakeCase = (key: string): string => key.replace(/[A-Z]/gu, (capital) => `_${capital.toLowerCase()}`);

/** The table of options as the oracle writes it. */
export const optionsTable = (): unknown =>
  Object.entries(cacheOptions.options as Options).map(([key, option]) => {
    const name = snakeCase(key);
    const { choices, min } = option as { choices?: readonly string[]; min?: number };
    const group = WITHOUT_GROUP.includes(name) ? 'None' : 'cache';
    return {
      name,
      type: TYPES[option.type],
      default: option.default ?? null,
      min: min ?? null,
      secret: option.secret === true,
      choices: choices?.filter(isUpstream) ?? null,
      deprecated: (option.deprecatedNames ?? []).map((former) => `${group}.${former.name ?? ''}`),
    };
  });
