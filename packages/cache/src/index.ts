// Regions
export { CacheRegion, createRegion } from './region.ts';
export type { ConfigureOptions, ValueMetadata } from './region.ts';
export { Namespace } from './namespace.ts';
export type { NamespacedRegion } from './namespace.ts';
export { NO_VALUE } from './entry.ts';
export type { NoValue } from './entry.ts';
export type {
  AsyncCreationRunner,
  CreationOptions,
  Creator,
  CreatorContext,
  ExpirationOption,
  GetOrCreateOptions,
  ReadOptions,
  RegionOptions,
  ResolvedCreationOptions,
  ResolvedRegionOptions,
  SetOptions,
} from './options.ts';
export type { MultiCreator } from './creation/creation.ts';
export type { RegionStatistics } from './store.ts';
export type { Explanation } from './explain.ts';
export type { ExpirationTime, MissReason } from './freshness.ts';
export { momentInvalidation } from './invalidation.ts';
export type { RegionInvalidation } from './invalidation.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './schema.ts';
export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';

// Functions
export { memoize, memoizeMulti, memoizer } from './memoize.ts';
export type {
  Memoized,
  MemoizedMulti,
  MemoizeOptions,
  Memoizer,
  MemoizerOptions,
  SwitchSource,
} from './memoize.ts';

// Keys
export { dogpileKeys, dogpileKeywordKeys, dogpileMultiKeys } from './keys/dogpile.ts';
export type { KeyedFunction, KeyGenerator, MultiKeyGenerator, ToText } from './keys/dogpile.ts';
export { typedKey } from './keys/typed.ts';
export { lengthConditionalMangler, sha1Mangler } from './keys/mangle.ts';
export { pythonRepr, pythonStr } from './keys/python-text.ts';

// Configuration
export { cacheOptions, optionGroups } from './cache-options.ts';
export type { CacheConfiguration } from './cache-options.ts';
export { configureCacheRegion, driverFromConfig } from './from-config.ts';
export type { ConfigureRegionOptions } from './from-config.ts';

// Drivers that need no server; the others have entries of their own
export { memory } from './drivers/memory.ts';
export type { MemoryOptions } from './drivers/memory.ts';
export { dict } from './drivers/dict.ts';
export type { DictOptions } from './drivers/dict.ts';
export { nothingCached } from './drivers/null.ts';
export { tiered } from './drivers/tiered.ts';
export type { TieredOptions } from './drivers/tiered.ts';

// The contract of drivers
export { ENTRY_VERSION, Entry } from './entry.ts';
export type { EntryMetadata } from './entry.ts';
export type {
  Driver,
  DriverRequest,
  DriverSupports,
  Lease,
  LeaseAnswer,
  LeaseRequest,
  Leases,
  Proxy,
  Watch,
  Watcher,
  WriteRequest,
} from './driver.ts';

// How entries are written
export type { EntryCodec } from './codecs/codec.ts';
export { jsonCodec } from './codecs/json.ts';
export { compressed } from './codecs/compressed.ts';
export type { CompressionOptions } from './codecs/compressed.ts';
export { signed } from './codecs/signed.ts';
export { encrypted } from './codecs/encrypted.ts';
export type { CodecKey, CodecKeys } from './codecs/keys.ts';

// Observability
export {
  backendErrorChannel,
  codecErrorChannel,
  createChannel,
  deprecationChannel,
  hitChannel,
  hostChannel,
  missChannel,
  requestChannel,
  voidedChannel,
} from './channels.ts';
export type {
  BackendErrorEvent,
  CodecErrorEvent,
  CreateEvent,
  DeprecationEvent,
  HitEvent,
  HostEvent,
  MissEvent,
  RequestEvent,
  VoidedEvent,
} from './channels.ts';

// Errors
export {
  BackendError,
  BackendRefusedError,
  BackendSuspendedError,
  BackendTimeoutError,
  CacheError,
  ClosedError,
  CodecError,
  ConfigurationError,
  CreatorTimeoutError,
  DriverNotFoundError,
  ExpirationTimeRequiredError,
  KeyError,
  RegionAlreadyConfiguredError,
  RegionNotConfiguredError,
  SchemaError,
  UnknownGroupError,
} from './errors.ts';
export type { CacheIssue } from './errors.ts';
