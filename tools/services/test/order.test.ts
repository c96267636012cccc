import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeWithServer, serverOrSkip, startServer, withServer } from '../src/index.js';
import { skipReasonOf } from '../src/obtain.js';
import { freePort } from '../src/ports.js';
import { kindOf } from '../src/start.js';
import { missing, titled } from './available.ts';

/** A kind of server that is nowhere installed. */
const unknown = {
  ...kindOf('redis'),
  name: 'unheard-of',
  packages: () => ['unheard-of'],
  binaries: () => ['unheardofd'],
};

const reason = await missing('redis', 'memcached');
const own = { describe: describe.skipIf(reason !== undefined), it: it.skipIf(reason !== undefined) };

beforeEach(() => {
  vi.stubEnv('CI', '');
  vi.stubEnv('OSLOFJORD_REDIS', '');
  vi.stubEnv('OSLOFJORD_NO_INSTALL', '1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

own.describe(titled('a server that the environment names', reason), () => {
  it('is used, and neither stopped nor killed', async () => {
    await using running = await startServer('redis');
    vi.stubEnv('OSLOFJORD_REDIS', running.url);
    const server = await withServer('redis');
    expect(server).toMatchObject({ isOurs: false, host: running.host, port: running.port, url: running.url });
    await expect(server.kill()).rejects.toThrow(
      'cannot kill redis: OSLOFJORD_REDIS names it, we did not start it',
    );
    await server.stop();
    expect((await withServer('redis')).port).toBe(running.port);
  });

  it('may be written as host and port, and logs in with the URL’s password', async () => {
    await using open = await startServer('redis');
    vi.stubEnv('OSLOFJORD_REDIS', `127.0.0.1:${String(open.port)}`);
    expect((await withServer('redis')).url).toBe(open.url);
    await using closed = await startServer('redis', { password: 'se@cret' });
    vi.stubEnv('OSLOFJORD_REDIS', closed.url);
    expect((await withServer('redis')).address.password).toBe('se@cret');
  });

  it('is a failure when it does not answer, whatever is installed', async () => {
    const port = String(await freePort());
    vi.stubEnv('OSLOFJORD_REDIS', `redis://:hidden@127.0.0.1:${port}`);
    const failure = await withServer('redis').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ERR_SERVICES_UNREACHABLE', variable: 'OSLOFJORD_REDIS' });
    expect(String(failure)).toMatch(
      `OSLOFJORD_REDIS names a redis at 127.0.0.1:${port} that does not answer`,
    );
    expect(String(failure)).not.toMatch('hidden');
  });

  it('is a failure when something else answers there', async () => {
    await using memcached = await startServer('memcached');
    vi.stubEnv('OSLOFJORD_REDIS', memcached.url);
    await expect(withServer('redis')).rejects.toThrow('OSLOFJORD_REDIS names a redis at');
  });

  it('is passed over for a server of one’s own or with a configuration', async () => {
    vi.stubEnv('OSLOFJORD_REDIS', `127.0.0.1:${String(await freePort())}`);
    await using own = await withServer('redis', { own: true });
    await using configured = await withServer('redis', { password: 'secret' });
    expect([own.isOurs, configured.isOurs]).toEqual([true, true]);
  });
});

describe('a server that is not there', () => {
  it('gives a reason to skip that says how to run it', async () => {
    expect(await skipReasonOf(unknown, {})).toBe(
      'unheard-of is not available: no unheardofd is installed, and OSLOFJORD_NO_INSTALL forbids installing it; ' +
        'install it (on Debian: apt-get install unheard-of) or name a running one in OSLOFJORD_UNHEARD_OF',
    );
  });

  it('is a failure with CI=true', async () => {
    vi.stubEnv('CI', 'true');
    await expect(skipReasonOf(unknown, {})).rejects.toMatchObject({ code: 'ERR_SERVICES_UNAVAILABLE' });
  });

  it('is an error of its own kind when its name is not known', async () => {
    await expect(withServer('reddis' as 'redis')).rejects.toThrow(
      /there is no server named 'reddis'; known are memcached, redis, /,
    );
  });
});

own.it('gives the server instead of a reason to skip when there is one', async () => {
  const { server, skipped } = await serverOrSkip('redis', { own: true });
  expect(skipped).toBeUndefined();
  expect(server?.pid).toBeTypeOf('number');
  await server?.stop();
});

own.it('runs a group of tests around a server in any runner', async () => {
  const hooks: (() => Promise<void>)[] = [];
  const titles: string[] = [];
  const run = (title: string, body: () => void): void => {
    titles.push(title);
    body();
  };
  const runner = {
    describe: Object.assign(run, { skip: run }),
    before: (hook: () => Promise<void>) => hooks.push(hook),
    after: (hook: () => Promise<void>) => hooks.push(hook),
  };
  let pid = (): number | undefined => undefined;
  await describeWithServer(runner, 'redis', { own: true }, (server) => {
    pid = () => server().pid;
  });
  expect(titles).toEqual(['with redis']);
  expect(pid).toThrow('redis is there only while a test of its group runs');
  await hooks[0]?.();
  expect(pid()).toBeTypeOf('number');
  await hooks[1]?.();
  expect(pid()).toBeUndefined();
});
