// Declaring options
export { optionGroup } from './option-group.ts';
export type { OptionGroup } from './option-group.ts';
export type {
  BooleanOption,
  DeprecatedForRemoval,
  DeprecatedName,
  DictOption,
  DurationOption,
  FloatOption,
  HostOption,
  IntegerOption,
  ItemType,
  ListOption,
  MultiStringOption,
  Option,
  OptionAttributes,
  Options,
  OptionType,
  PortOption,
  ResolvedOptions,
  ResolvedValueOf,
  SizeOption,
  StringOption,
  UriOption,
  ValueOf,
  WrittenOptions,
  WrittenValueOf,
} from './options.ts';

// Reading them
export { loadConfiguration, resolve } from './configuration.ts';
export type { Configuration, ResolvedGroups, WrittenGroups } from './configuration.ts';
export type { Groups } from './declared.ts';
export type { Change, Reload, Warning } from './reports.ts';
export type { FileSource, Sources } from './sources/sources.ts';

// Writing about them
export { sample } from './sample.ts';
export { table } from './table.ts';

// Units
export { parseDuration, parseSize } from './units.ts';
export type { Bytes, Count, Duration, Milliseconds, Seconds, Size } from './units.ts';

// Errors
export {
  ConfigError,
  ConfigurationError,
  InvalidDurationError,
  InvalidSizeError,
  OptionDeclarationError,
} from './errors.ts';
export type { ConfigErrorCode, Issue } from './errors.ts';
