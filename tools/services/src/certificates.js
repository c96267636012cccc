import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The certificates of one authority, as paths of PEM files. Server options named `tls` take it whole.
 * @typedef {object} CertificateFiles
 * @property {string} directory
 * @property {string} ca the authority's certificate
 * @property {string} serverCertificate
 * @property {string} serverKey
 * @property {string} clientCertificate
 * @property {string} clientKey
 */

/** They are removed when it is disposed of. @typedef {CertificateFiles & AsyncDisposable} Certificates */

/**
 * TLS of a server.
 * @typedef {object} TlsOptions
 * @property {CertificateFiles} certificates
 * @property {boolean} [requireClientCertificate] mutual TLS; default false
 */

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** @param {string} directory @param {readonly string[]} args */
const openssl = async (directory, args) => {
  await run('openssl', args, { cwd: directory });
};

/**
 * @param {string} directory
 * @param {string} name of the files
 * @param {string} extensions openssl's configuration lines
 * @param {number} days
 */
const sign = async (directory, name, extensions, days) => {
  await writeFile(join(directory, `${name}.ext`), extensions);
  await openssl(directory, [
    'req',
    ...EC_KEY,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    `/CN=${name}`,
  ]);
  await openssl(directory, [
    ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', String(days), '-sha256', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
  ]);
};

/**
 * Makes a certificate authority, a server certificate for loopback (or other `hosts`) and a client certificate with the
 * openssl command, all with P-256 keys, in a temporary folder.
 * @param {{ hosts?: readonly string[], days?: number }} [options] `hosts` as in subjectAltName, default
 *   `['DNS:localhost', 'IP:127.0.0.1', 'IP:::1']`; `days` of validity, default 2
 * @returns {Promise<Certificates>}
 */
export const certificates = async (options = {}) => {
  const hosts = options.hosts ?? ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'];
  const days = options.days ?? 2;
  const directory = await mkdtemp(join(tmpdir(), 'oslofjord-certificates-'));
  await openssl(directory, [
    ...['req', '-x509', ...EC_KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', String(days)],
    ...['-subj', '/CN=Oslofjord test authority', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  await sign(directory, 'server', `subjectAltName=${hosts.join(',')}\nextendedKeyUsage=serverAuth\n`, days);
  await sign(directory, 'client', 'extendedKeyUsage=clientAuth\n', days);
  /** @param {string} name */
  const path = (name) => join(directory, name);
  return {
    directory,
    ca: path('ca.pem'),
    serverCertificate: path('server.pem'),
    serverKey: path('server.key'),
    clientCertificate: path('client.pem'),
    clientKey: path('client.key'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};

/**
 * What a client hands to `node:tls` to trust the server and to prove itself.
 * @param {CertificateFiles} files
 * @returns {{ ca: string, cert: string, key: string }}
 */
export const clientTls = (files) => ({
  ca: readFileSync(files.ca, 'utf8'),
  cert: readFileSync(files.clientCertificate, 'utf8'),
  key: readFileSync(files.clientKey, 'utf8'),
});
