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
