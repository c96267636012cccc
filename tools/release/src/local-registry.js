// A registry of packages on this machine, for trying a release before the world has it: what npm asks of a registry to
// publish, to install and to move tags, kept in a folder.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** @typedef {{ name: string, 'dist-tags': Record<string, string>, versions: Record<string, any>, time: Record<string, string> }} Packument what a registry says of a package */

/** @typedef {'accept' | 'refuse' | 'accept, then hang up' | 'hang up'} Conduct what a registry may do to a publisher */

/** A body that no package of ours comes near. */
const MOST_BYTES = 64 * 2 ** 20;

/** @param {import('node:http').IncomingMessage} request @returns {Promise<string>} */
const bodyOf = async (request) => {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MOST_BYTES) throw new Error('the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

class Store {
  /** @param {string} directory */
  constructor(directory) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  /** @param {string} name @param {string} [file] */
  #path(name, file = 'packument.json') {
    return join(this.directory, encodeURIComponent(name), file);
  }

  /** @param {string} name @returns {Packument | undefined} */
  read(name) {
    const path = this.#path(name);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  }

  /** @param {Packument} packument */
  write(packument) {
    const path = this.#path(packument.name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify(packument));
    renameSync(`${path}.new`, path);
  }

  /** @param {string} name @param {string} file @param {Buffer} [bytes] written when given @returns {Buffer | undefined} */
  tarball(name, file, bytes) {
    const path = this.#path(name, file);
    if (bytes !== undefined) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, bytes);
    }
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  names() {
    return readdirSync(this.directory).map(decodeURIComponent).sort();
  }
}

/**
 * Starts a registry on a free port of 127.0.0.1.
 * @param {{ directory: string, token?: string, conduct?: (name: string, version: string) => Conduct }} options
 *   `token`: what a publisher must show; `conduct`: what happens to a publication, for tests of publishers
 */
export const startRegistry = async ({ directory, token, conduct = () => 'accept' }) => {
  const store = new Store(directory);
  /** @type {{ name: string, version: string, status: number }[]} */
  const publications = [];

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  const answer = async (request, response) => {
    /** @param {number} status @param {unknown} body */
    const send = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (
      request.method !== 'GET' &&
      token !== undefined &&
      request.headers.authorization !== `Bearer ${token}`
    ) {
      return send(401, { error: 'a token is needed to change anything here' });
    }
    if (path === '/-/ping') return send(200, {});
    if (path === '/-/whoami') return send(200, { username: 'local' });

    const tags = /^\/-\/package\/(@[^/]+\/[^/]+|[^@/][^/]*)\/dist-tags(?:\/(.+))?$/u.exec(path);
    if (tags !== null) {
      const packument = store.read(tags[1] ?? '');
      if (packument === undefined) return send(404, { error: `${tags[1] ?? ''} is not here` });
      const tag = tags[2];
      if (request.method === 'GET') return send(200, packument['dist-tags']);
      if (tag === undefined) return send(405, { error: 'name a tag' });
      if (request.method === 'DELETE') delete packument['dist-tags'][tag];
      else {
        const version = JSON.parse(await bodyOf(request));
        if (packument.versions[version] === undefined)
          return send(404, { error: `there is no version ${String(version)}` });
        packument['dist-tags'][tag] = version;
      }
      store.write(packument);
      return send(201, packument['dist-tags']);
    }

    const file = /^\/(@[^/]+\/[^/]+|[^@/][^/]*)\/-\/([^/]+\.tgz)$/u.exec(path);
    if (file !== null) {
      const bytes = store.tarball(file[1] ?? '', file[2] ?? '');
      if (bytes === undefined) return send(404, { error: 'no such tarball' });
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
      return undefined;
    }

    const name = path.slice(1);
    const known = store.read(name);
    if (request.method === 'GET') {
      if (known === undefined) return send(404, { error: `${name} is not here` });
      return send(200, { ...known, versions: withTarballs(known) });
    }
    if (request.method !== 'PUT') return send(405, { error: `${request.method ?? ''} means nothing here` });

    /** @type {Packument & { _attachments?: Record<string, { data: string }> }} */
    const offered = JSON.parse(await bodyOf(request));
    const [version = ''] = Object.keys(offered.versions);
    const behaviour = conduct(name, version);
    if (behaviour === 'hang up') return request.socket.destroy();
    const status = behaviour === 'refuse' ? 503 : accept(name, version, offered, known);
    publications.push({ name, version, status });
    if (behaviour === 'accept, then hang up') return request.socket.destroy();
    if (status === 409) return send(409, { error: `${name} ${version} is published already` });
    if (status !== 201)
      return send(status, { error: status === 503 ? 'not now' : 'the bytes are not what was announced' });
    return send(201, { ok: true });
  };

  /** @param {Packument} packument */
  const withTarballs = ({ name, versions }) =>
    Object.fromEntries(
      Object.entries(versions).map(([version, manifest]) => [
        version,
        { ...manifest, dist: { ...manifest.dist, tarball: `${url}/${name}/-/${fileOf(name, version)}` } },
      ]),
    );

  /** @param {string} name @param {string} version */
  const fileOf = (name, version) => `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;

  /**
   * @param {string} name @param {string} version @param {Packument & { _attachments?: Record<string, { data: string }> }} offered
   * @param {Packument | undefined} known
   * @returns {number} status
   */
  const accept = (name, version, offered, known) => {
    if (known?.versions[version] !== undefined) return 409;
    const bytes = Buffer.from(Object.values(offered._attachments ?? {})[0]?.data ?? '', 'base64');
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (offered.versions[version]?.dist?.integrity !== integrity) return 400;
    store.tarball(name, fileOf(name, version), bytes);
    const tags = known?.['dist-tags'] ?? { latest: version };
    store.write({
      name,
      'dist-tags': { ...tags, ...offered['dist-tags'] },
      versions: { ...known?.versions, [version]: offered.versions[version] },
      time: { ...known?.time, [version]: new Date().toISOString() },
    });
    return 201;
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((/** @type {Error} */ error) => {
      if (!response.headersSent) response.writeHead(400).end(JSON.stringify({ error: error.message }));
    });
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(undefined);
    });
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    url,
    publications,
    /** @param {string} name */
    packument: (name) => store.read(name),
    names: () => store.names(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
