/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
export type CertificateFiles = {
  directory: string;
  /**
   * the authority's certificate
   */
  ca: string;
  serverCertificate: string;
  serverKey: string;
  clientCertificate: string;
  clientKey: string;
};
export type Certificates = CertificateFiles & AsyncDisposable;
export type TlsOptions = {
  certificates: CertificateFiles;
  /**
   * mutual TLS; default false
   */
  requireClientCertificate?: boolean;
};
/**
 * Makes a certificate authority, a server certificate for loopback (or other `hosts`) and a client certificate with the
 * openssl command, all with P-256 keys, in a temporary folder.
 * @param {{ hosts?: readonly string[], days?: number }} [options] `hosts` as in subjectAltName, default
 *   `['DNS:localhost', 'IP:127.0.0.1', 'IP:::1']`; `days` of validity, default 2
 * @returns {Promise<Certificates>}
 */
export declare const certificates: (options?: {
  hosts?: readonly string[];
  days?: number;
}) => Promise<Certificates>;
/**
 * What a client hands to `node:tls` to trust the server and to prove itself.
 * @param {CertificateFiles} files
 * @returns {{ ca: string, cert: string, key: string }}
 */
export declare const clientTls: (files: CertificateFiles) => {
  ca: string;
  cert: string;
  key: string;
};
