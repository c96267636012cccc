import { ConfigurationError } from '../errors.ts';
import type { DeclaredOption } from '../declared.ts';
import { gatherEvidence } from '../evidence.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { ItemType, Option } from '../options.ts';
import type { GivenValues, Outcome } from '../resolution.ts';
import { absolutePath, listConfigurationFiles, readText, type FileReading } from '../sources/file-system.ts';
import type { FileSource, Sources } from '../sources/sources.ts';
import type { FileAnswer } from './command-line.ts';
import { OsloConfiguration } from './configuration.ts';
import { OsloError } from './errors.ts';
import type { OsloDeclaration } from './option.ts';
import { reprText, type PythonDict, type PythonValue } from './python.ts';

const toPython = (value: unknown, isFloat: boolean): PythonValue => {
  if (typeof value === 'number') return !isFloat && Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => toPython(item, isFloat));
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, toPython(item, isFloat)]));
  }
  return value === undefined ? null : (value as PythonValue);
};

/** A value as callers get it. @throws OsloError for an integer that a number cannot hold */
const fromPython = (value: PythonValue | symbol): unknown => {
  if (value === null || typeof value === 'symbol') return undefined;
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    throw new OsloError('OverflowError', `${String(value)} is beyond 2^53 − 1`);
  }
  if (value instanceof Map) {
    const dict = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of value as PythonDict) dict[key] = fromPython(item);
    return Object.freeze(dict);
  }
  return Array.isArray(value) ? Object.freeze((value as readonly PythonValue[]).map(fromPython)) : value;
};

/** Durations and sizes are ours: oslo.config reads them as strings, and we read those. */
const isOurs = ({ type }: Option): boolean => type === 'duration' || type === 'size';

const typeOf = (option: Option): string => {
  if (isOurs(option)) return 'string';
  return option.type === 'multiString' ? 'multistring' : option.type;
};

const defaultOf = (option: Option, value: unknown): PythonValue => {
  if (isOurs(option)) return typeof value === 'number' ? String(value) : ((value ?? null) as string | null);
  return toPython(value, option.type === 'float');
};

const declarationOf = ({ option, name, group }: DeclaredOption, initial: unknown): OsloDeclaration => {
  const limits = option as { min?: number; max?: number; choices?: readonly unknown[]; itemType?: ItemType };
  return {
    name,
    type: typeOf(option),
    default: defaultOf(option, initial ?? option.default),
    ...(isOurs(option)
      ? {}
      : {
          choices: limits.choices?.map((choice) => toPython(choice, false)),
          min: limits.min,
          max: limits.max,
          itemType:
            limits.itemType === 'integer' || limits.itemType === 'port' ? ('integer' as const) : undefined,
          quotes: 'quotes' in option && option.quotes,
        }),
    deprecated: (option.deprecatedNames ?? []).map((older) => ({
      name: older.name ?? name,
      group: older.group ?? (group === 'DEFAULT' ? null : group),
    })),
  };
};

const answerOf = (path: string, reading: FileReading): FileAnswer => {
  if ('text' in reading) return reading;
  if (reading.problem === 'missing' || reading.problem === 'forbidden') return { failure: reading.problem };
  const kind = reading.problem === 'directory' ? 'IsADirectoryError' : 'UnicodeDecodeError';
  return { failure: new OsloError(kind, `${path} ${reading.message}`) };
};

/** Arguments that name the default files and directories, where the command line names none. */
const withDefaultFiles = (
  words: readonly string[],
  files: readonly FileSource[],
  directories: readonly string[],
): readonly string[] => {
  const names = (flag: string): boolean => words.some((word) => word === flag || word.startsWith(`${flag}=`));
  return [
    ...(names('--config-file')
      ? []
      : files.map((file) => `--config-file=${typeof file === 'string' ? file : file.path}`)),
    ...(names('--config-dir')
      ? []
      : directories
          .filter((directory) => listConfigurationFiles(absolutePath(directory)) !== undefined)
          .map((directory) => `--config-dir=${directory}`)),
    ...words,
  ];
};

const environmentOf = (environment: Sources['environment']): ReadonlyMap<string, string> => {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(environment ?? {}))
    if (value !== undefined) variables.set(name, value);
  return variables;
};

/** `message` without the texts that set secret options, which another option may have taken into its own. */
const withoutSecrets = (message: string, options: readonly DeclaredOption[], sources: Sources): string => {
  const secret = options.filter(({ option }) => option.secret === true);
  if (secret.length === 0) return message;
  const { find } = gatherEvidence(options, sources);
  const texts = secret
    .flatMap((declared) => find(declared) ?? [])
    .flatMap(({ text }) => [text, text.replaceAll('$$', '$')])
    .flatMap((text) => [text, reprText(text).slice(1, -1)])
    .filter((text) => text !== '')
    .toSorted((left, right) => right.length - left.length);
  return texts.reduce((safe, text) => safe.replaceAll(text, '****'), message);
};

/**
 * Reads options as oslo.config 9.0.0 does, on the model of its `ConfigOpts`.
 * @throws ConfigurationError with the first problem only, in oslo.config's words
 */
export const readAsOslo = (
  options: readonly DeclaredOption[],
  sources: Sources,
  values: GivenValues,
  defaults: GivenValues,
): ReadonlyMap<DeclaredOption, Outcome> => {
  const texts = new Map(
    (sources.files ?? []).flatMap((file) =>
      typeof file === 'string' ? [] : [[file.path, file.text] as const],
    ),
  );
  const configuration = new OsloConfiguration(environmentOf(sources.environment), {
    read: (written) => {
      const text = texts.get(written);
      if (text !== undefined) return { text };
      const path = absolutePath(written);
      return answerOf(path, readText(path));
    },
    list: (directory) => listConfigurationFiles(absolutePath(directory)),
  });
  const words = sources.arguments ?? [];
  const outcomes = new Map<DeclaredOption, Outcome>();
  let path = 'configuration';
  try {
    for (const declared of options) {
      const required = declared.option.required === true && !values.has(declared);
      const secret = declared.option.secret === true;
      const declaration = { ...declarationOf(declared, defaults.get(declared)), required, secret };
      configuration.register(
        declaration,
        declared.group === 'DEFAULT' ? null : declared.group,
        words.length > 0,
      );
    }
    configuration.load(withDefaultFiles(words, sources.files ?? [], sources.directories ?? []));
    for (const declared of options) {
      ({ path } = declared);
      outcomes.set(declared, {
        value: valueOf(configuration, declared, values),
        isSecret: declared.option.secret === true,
      });
    }
  } catch (error) {
    if (!(error instanceof OsloError)) throw error;
    const message = withoutSecrets(error.safeMessage, options, sources);
    throw new ConfigurationError([{ path, message: `${error.kind}: ${message}` }]);
  }
  return outcomes;
};

const valueOf = (
  configuration: OsloConfiguration,
  declared: DeclaredOption,
  values: GivenValues,
): unknown => {
  const { option, group, name } = declared;
  const given = values.get(declared);
  const value = given ?? fromPython(configuration.get(name, group === 'DEFAULT' ? null : group));
  if (value === undefined || (given === undefined && !isOurs(option))) return value;
  const reading = KINDS[option.type].accept(value, option);
  if ('problem' in reading) throw new OsloError('ValueError', `the value ${reading.problem}`);
  return reading.value;
};
