export { keystoneLimits } from './limits.ts';
export type {
  KeystoneLimit,
  KeystoneLimitsOptions,
  KeystoneRegisteredLimit,
  TrustedScope,
} from './limits.ts';
export { KeystoneSession } from './session.ts';
export type { KeystoneAddress, ServiceRequest, SessionOptions } from './session.ts';
export type {
  ApplicationCredentials,
  Credentials,
  PasswordCredentials,
  Scope,
  TokenCredentials,
  UserReference,
} from './credentials.ts';
export { resolveTarget } from './target.ts';
export type { LimitTarget, ResolvedTarget } from './target.ts';
export type { CatalogEndpoint, CatalogService, Token, TokenBody } from './token.ts';
export { httpTransport } from './transport.ts';
export type { HttpTransportOptions, Transport, TransportRequest, TransportResponse } from './transport.ts';
export { credentialsFrom, credentialsFromEnvironment } from './named.ts';
export type { NamedOptions } from './named.ts';
export { sessionOptionsFromCloud } from './clouds-yaml.ts';
export type { CloudOptions } from './clouds-yaml.ts';
export { configuredLimits, optionGroups, osloLimitOptions } from '../options.ts';
export type { ConfiguredLimits } from '../options.ts';
