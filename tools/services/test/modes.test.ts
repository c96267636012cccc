import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, certificates, clientTls, skipReason, startServer } from '../src/index.js';
import { kindOf } from '../src/start.js';
import { converse } from '../src/wire.js';
import { missing, missingPrograms, titled } from './available.ts';

const noMemcached = await missing('memcached');
const noRedis = await missing('redis');
const noSasl =
  noMemcached ?? (await skipReason('memcached', { own: true, sasl: { username: '', password: '' } }));
const noTls = missingPrograms('openssl') ?? noMemcached ?? noRedis ?? (await missing('postgresql'));

describe.skipIf(noMemcached !== undefined)(titled('memcached', noMemcached), () => {
  it('listens on a socket file only', async () => {
    await using server = await startServer('memcached', { unixSocket: true, memory: 8, args: ['-v'] });
    expect(server).toMatchObject({ port: 0, url: `unix:${server.socket ?? ''}` });
    const stats = await converse(server.address, 'stats\r\n', (received) =>
      received.includes('END') ? received.toString() : undefined,
    );
    expect(stats).toMatch(/limit_maxbytes 8388608/);
  });

  it('understands nothing before the text protocol’s log-in', async () => {
    const textAuthentication = { username: 'reader', password: 'letters' };
    await using server = await startServer('memcached', { textAuthentication });
    const answer = (greeting: string): Promise<string> =>
      converse(server.address, greeting, (received) => received.toString() || undefined);
    expect(await answer('get key\r\n')).toMatch('CLIENT_ERROR unauthenticated');
    expect(await answer('set login 0 0 14\r\nreader letters\r\n')).toBe('STORED\r\n');
  });

  it.skipIf(noSasl !== undefined)(
    titled('takes SASL PLAIN of its one user over the binary protocol', noSasl),
    async () => {
      const sasl = { username: 'reader', password: 'letters' };
      await using server = await startServer('memcached', { sasl });
      const login = (value: string): Promise<number> => {
        const body = Buffer.from(`PLAIN\0reader\0${value}`);
        const head = Buffer.alloc(24);
        head.set([0x80, 0x21, 0, 5]);
        head.writeUInt32BE(body.length, 8);
        return converse(server.address, Buffer.concat([head, body]), (received) =>
          received.length >= 24 ? received.readUInt16BE(6) : undefined,
        );
      };
      expect(await login('letters')).toBe(0);
      expect(await login('numbers')).toBe(0x20);
    },
  );
});

describe.skipIf(noRedis !== undefined)(titled('redis', noRedis), () => {
  it('asks for its user’s password', async () => {
    await using server = await startServer('redis', { username: 'writer', password: 'with "quotes" \\' });
    const { host, port } = server;
    const { ready } = kindOf('redis');
    await expect(ready({ host, port }, {})).rejects.toThrow('NOAUTH');
    await expect(ready(server.address, {})).resolves.toBe(true);
    expect(new URL(server.url)).toMatchObject({ username: 'writer', password: 'with%20%22quotes%22%20%5C' });
  });

  it('listens on a socket file as well', async () => {
    await using server = await startServer('redis', { unixSocket: true });
    const { socket } = server;
    const banner = await new Promise((resolve, reject) => {
      const client = connect(socket ?? '', () => client.write('PING\r\n'));
      client.once('error', reject);
      client.once('data', (data) => {
        client.destroy();
        resolve(String(data));
      });
    });
    expect(banner).toBe('+PONG\r\n');
  });

  it('takes more lines of its configuration', async () => {
    await using server = await startServer('redis', { configuration: ['maxmemory 5mb'] });
    const answer = await converse(server.address, 'CONFIG GET maxmemory\r\n', (received) =>
      received.includes('5242880') ? 'as told' : undefined,
    );
    expect(answer).toBe('as told');
  });
});

describe.skipIf(noTls !== undefined)(titled('TLS', noTls), () => {
  let authority: Certificates;
  let other: Certificates;
  beforeAll(async () => {
    [authority, other] = await Promise.all([certificates(), certificates()]);
  });
  afterAll(async () => {
    await authority[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  it.each(['memcached', 'redis'] as const)('of %s is trusted by its own authority only', async (name) => {
    await using server = await startServer(name, { tls: { certificates: authority } });
    const { ready } = kindOf(name);
    const { ca } = clientTls(authority);
    await ready({ ...server.address, tls: { ca } }, {});
    await expect(ready({ ...server.address, tls: { ca: clientTls(other).ca } }, {})).rejects.toThrow();
    await expect(ready({ host: server.host, port: server.port }, {})).rejects.toThrow();
  });

  it.each(['memcached', 'redis'] as const)('of %s may require the client’s certificate', async (name) => {
    const tls = { certificates: authority, requireClientCertificate: true };
    await using server = await startServer(name, { tls });
    const { ready } = kindOf(name);
    const { ca } = clientTls(authority);
    await expect(ready({ ...server.address, tls: { ca } }, {})).rejects.toThrow();
    await ready({ ...server.address, tls: clientTls(authority) }, {});
  });

  it('of postgresql is offered beside plain text', async () => {
    await using server = await startServer('postgresql', { tls: { certificates: authority } });
    const request = Uint8Array.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
    const answer = await converse(server.address, request, (received) => received.toString(), {
      secure: false,
    });
    expect(answer).toBe('S');
  });

  it('names only the hosts asked for', async () => {
    await using elsewhere = await certificates({ hosts: ['DNS:elsewhere.test'] });
    const started = startServer('redis', { tls: { certificates: elsewhere }, deadline: 500 });
    await expect(started).rejects.toThrow(/not ready within 500 ms.*altnames/);
  });
});
