/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
export { describeWithServer } from './describe.js';
export { originalsMissing, PYTHON } from './originals.js';
export { programMissing } from './programs.js';
export { serverOrSkip, skipReason, withServer } from './obtain.js';
export { startServer } from './start.js';
export { servers } from './servers/index.js';
export { certificates, clientTls } from './certificates.js';
export {
  ServerNotOursError,
  ServerStartError,
  ServerUnavailableError,
  ServerUnreachableError,
  ServicesError,
  UnknownServerError,
} from './errors.js';
export type Address = import('./address.js').Address;
export type Certificates = import('./certificates.js').Certificates;
export type TlsOptions = import('./certificates.js').TlsOptions;
export type Runner = import('./describe.js').Runner;
export type CommonOptions = import('./kind.js').CommonOptions;
export type Server = import('./server.js').Server;
export type ServerName = import('./servers/index.js').ServerName;
export type OptionsOf<Name extends ServerName> = import('./servers/index.js').OptionsOf<Name>;
/** @typedef {import('./address.js').Address} Address */
/** @typedef {import('./certificates.js').Certificates} Certificates */
/** @typedef {import('./certificates.js').TlsOptions} TlsOptions */
/** @typedef {import('./describe.js').Runner} Runner */
/** @typedef {import('./kind.js').CommonOptions} CommonOptions */
/** @typedef {import('./server.js').Server} Server */
/** @typedef {import('./servers/index.js').ServerName} ServerName */
/**
 * @template {ServerName} Name
 * @typedef {import('./servers/index.js').OptionsOf<Name>} OptionsOf
 */
