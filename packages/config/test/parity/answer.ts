import { caught, OsloError } from '../../src/oslo/errors.ts';
import type { FileAnswer, OsloFiles } from '../../src/oslo/command-line.ts';
import { OsloConfiguration } from '../../src/oslo/configuration.ts';
import type { OsloDeclaration } from '../../src/oslo/option.ts';
import type { PythonDict, PythonValue } from '../../src/oslo/python.ts';
import type { ConfigRequest, OptionRequest } from './request.ts';

/** The JSON value `given` as Python's json module reads it. */
const toPython = (given: unknown): PythonValue => {
  if (typeof given === 'number') return Number.isInteger(given) ? BigInt(given) : given;
  if (Array.isArray(given)) return given.map(toPython);
  if (typeof given === 'object' && given !== null) {
    return new Map(Object.entries(given).map(([key, value]) => [key, toPython(value)]));
  }
  return given as string | boolean | null;
};

/** `value` as JSON; integers that a number cannot hold stay `bigint`. */
const toJson = (value: PythonValue | symbol): unknown => {
  if (typeof value === 'symbol') return '<oslo_config.cfg.ConfigOpts.GroupAttr object>';
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Map) {
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of value as PythonDict) object[key] = toJson(item);
    return object;
  }
  return Array.isArray(value) ? (value as readonly PythonValue[]).map(toJson) : value;
};

/** The keyword arguments each type of option takes beside those of all. */
const LIMITS: Readonly<Record<string, readonly string[]>> = {
  string: ['choices'],
  integer: ['min', 'max'],
  float: ['min', 'max'],
  port: ['min', 'max', 'choices'],
};

const toBound = (bound: number | null | undefined): bigint | number | undefined =>
  bound === null || bound === undefined ? undefined : (toPython(bound) as bigint | number);

const declarationOf = (option: OptionRequest): OsloDeclaration => {
  for (const keyword of ['choices', 'min', 'max'] as const) {
    if (!(keyword in option) || (LIMITS[option.type] ?? []).includes(keyword)) continue;
    throw new OsloError('TypeError', `Opt.__init__() got an unexpected keyword argument '${keyword}'`);
  }
  return {
    name: option.name,
    type: option.type,
    default: toPython(option.default ?? null),
    choices: option.choices?.map(toPython),
    min: toBound(option.min),
    max: toBound(option.max),
    itemType: option.type === 'list' && option.item_type === 'integer' ? 'integer' : undefined,
    required: option.required ?? undefined,
    secret: option.secret ?? undefined,
    mutable: option.mutable ?? undefined,
    deprecatedForRemoval: option.deprecated_for_removal ?? undefined,
    deprecated: option.deprecated?.map(({ name, group }) => ({
      name: name ?? option.name,
      group: (group === undefined ? option.group : group) ?? null,
    })),
  };
};

/** The files of a request as if they stood in the folder `$DIR`. */
const filesOf = ({ files = [], dir = [] }: ConfigRequest): OsloFiles => {
  const texts = new Map<string, string>([
    ...files.map(([name, text]) => [`$DIR/${name}`, text] as const),
    ...dir.map(([name, text]) => [`$DIR/conf.d/${name}`, text] as const),
  ]);
  return {
    read: (path): FileAnswer => {
      const text = texts.get(path);
      return text === undefined ? { failure: 'missing' } : { text };
    },
    list: (directory) =>
      directory === '$DIR/conf.d'
        ? Array.from(texts.keys())
            .filter(
              (path) =>
                path.startsWith(`${directory}/`) &&
                /^[^.].*\.conf$|^\.conf$/su.test(path.slice(directory.length + 1)),
            )
            .sort()
        : undefined,
  };
};

const argumentsOf = ({ files = [], dir = [], args = [] }: ConfigRequest): readonly string[] => [
  ...files.flatMap(([name]) => ['--config-file', `$DIR/${name}`]),
  ...(dir.length > 0 ? ['--config-dir', '$DIR/conf.d'] : []),
  ...args,
];

const errorOf = ({ kind, message }: OsloError): unknown => ({ error: { type: kind, message } });

/** Answers one request of the protocol in request.ts as oslo.config 9.0.0 does. */
export const answer = (request: unknown): unknown => {
  const { id, ...asked } = request as ConfigRequest;
  const known = id === undefined ? {} : { id };
  const configuration = new OsloConfiguration(new Map(Object.entries(asked.env ?? {})), filesOf(asked));
  const failure = caught(() => {
    for (const option of asked.options) {
      configuration.register(declarationOf(option), option.group ?? null, (asked.args ?? []).length > 0);
    }
    configuration.load(argumentsOf(asked));
  });
  if (failure !== undefined) return { ...(errorOf(failure) as object), ...known };

  const values = Object.create(null) as Record<string, Record<string, unknown>>;
  for (const { name, group } of asked.options) {
    const section = group === null || group === undefined || group === '' ? 'DEFAULT' : group;
    const isKnown = Object.hasOwn(values, section);
    const found: Record<string, unknown> = isKnown
      ? (values[section] ?? {})
      : (Object.create(null) as Record<string, unknown>);
    let value: unknown;
    const error = caught(() => {
      value = toJson(
        configuration.get(
          name.replaceAll('-', '_'),
          section === 'DEFAULT' && group !== 'DEFAULT' ? null : section,
        ),
      );
    });
    found[name] = error === undefined ? value : errorOf(error);
    values[section] = found;
  }
  return { values, ...known };
};
