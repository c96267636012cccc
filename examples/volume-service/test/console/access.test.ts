// Who may use the console, and what it never tells.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostChannel } from '@oslofjord/cache';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGES } from '../../src/console/layout.ts';
import { serve, type Served } from './served.ts';

let served: Served;
let cookie: string;
let formToken: string;

const get = (path: string, headers: Record<string, string> = { cookie }): Promise<Response> =>
  fetch(`${served.address}${path}`, { headers, redirect: 'manual' });
const post = (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${served.address}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { cookie, origin: served.address, ...headers },
    redirect: 'manual',
  });

beforeAll(async () => {
  served = await serve();
  const response = await fetch(served.entrance, { redirect: 'manual' });
  expect(response.status).toBe(303);
  cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await (await get('/console/health')).text();
  formToken = /name="token" value="([^"]+)"/u.exec(page)?.[1] ?? '';
  expect(formToken).not.toBe('');
});
afterAll(() => served[Symbol.asyncDispose]());

describe('entering', () => {
  test('without the key every page asks for it, and shows nothing else', async () => {
    for (const [path, title] of PAGES) {
      const response = await get(path, {});
      const text = await response.text();
      expect(response.status, path).toBe(401);
      expect(text).toContain('Key');
      expect(text).not.toContain(`<h1>${title}</h1>`);
    }
  });

  test('a wrong key and a made-up cookie do not let in', async () => {
    expect((await get('/console/?key=wrong', {})).status).toBe(403);
    expect((await get('/console/', { cookie: `${cookie.split('=')[0] ?? ''}=wrong` })).status).toBe(401);
    const response = await post('/console/enter', { key: 'wrong' }, { cookie: '' });
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('the key written into the form lets in, too', async () => {
    const key = new URL(served.entrance).searchParams.get('key') ?? '';
    const response = await post('/console/enter', { key }, { cookie: '' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/console/']);
    expect(response.headers.get('set-cookie')).toBe(`${cookie}; Path=/console; HttpOnly; SameSite=Strict`);
  });

  test('pages say that they are not to be kept, framed, or given scripts', async () => {
    const { headers } = await get('/console/');
    expect(headers.get('cache-control')).toBe('no-store');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });
});

describe('acting', () => {
  const drained = (): boolean => existsSync(served.disableFile);

  test.each([
    ['from another site', { token: 'right' }, { origin: 'https://evil.example' }],
    ['without an origin', { token: 'right' }, { origin: '' }],
    ['that a browser says is from another site', { token: 'right' }, { 'sec-fetch-site': 'cross-site' }],
    ['with a wrong word', { token: 'wrong' }, {}],
    ['without a word', {}, {}],
    ['without the cookie', { token: 'right' }, { cookie: '' }],
  ])('a form %s does nothing', async (_name, fields: Record<string, string>, headers) => {
    const sent = 'token' in fields && fields.token === 'right' ? { token: formToken } : fields;
    const response = await post('/console/actions/drain', sent, headers);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Nothing was done');
    expect(drained()).toBe(false);
  });

  test('the right form drains and takes it back; it never leads elsewhere afterwards', async () => {
    const back = 'https://evil.example/';
    const response = await post('/console/actions/drain', { token: formToken, back });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/console/']);
    expect((await get('/readyz')).status).toBe(503);
    expect(drained()).toBe(true);
    const undone = await post('/console/actions/undrain', { token: formToken, back: '/console/health' });
    expect(undone.headers.get('location')).toBe('/console/health');
    expect((await get('/readyz')).status).toBe(200);
  });

  test('a button that is not offered, a body that is no form, and one that is too large are refused in words', async () => {
    expect((await post('/console/actions/explode', { token: formToken })).status).toBe(404);
    const wrongType = await fetch(`${served.address}/console/what-if`, {
      method: 'POST',
      body: '<x/>',
      headers: { cookie, origin: served.address, 'content-type': 'text/xml' },
    });
    expect(wrongType.status).toBe(415);
    const tooLarge = await post('/console/what-if', { token: formToken, text: '#'.repeat(600_000) });
    expect([tooLarge.status, tooLarge.headers.get('content-type')]).toEqual([
      413,
      'text/html; charset=utf-8',
    ]);
    expect(await tooLarge.text()).toContain('A form may hold 512 KiB; this one has more.');
  });
});

test('servers of the cache stand with the state that was last told of them', async () => {
  const event = { driver: 'memcached', host: '10.0.0.1:11211' } as const;
  hostChannel.publish({ ...event, state: 'dead' });
  expect(await (await get('/console/cache')).text()).toMatch(/10\.0\.0\.1:11211[^]*in quarantine/u);
  hostChannel.publish({ ...event, state: 'alive' });
  expect(await (await get('/console/cache')).text()).toMatch(/10\.0\.0\.1:11211[^]*alive/u);
});

test('a policy file that was refused is told with its line, and so is the one in force again', async () => {
  const written = await readFile(served.policyFile, 'utf8');
  const page = async (): Promise<string> => (await get('/console/policy')).text();
  await writeFile(served.policyFile, `${written}"volume:delete": no\n`);
  await expect.poll(page, { timeout: 5000 }).toMatch(/was refused[^]*line 3[^]*volume:delete/u);
  await writeFile(served.policyFile, written);
  await expect.poll(page, { timeout: 5000 }).not.toContain('was refused');
});

describe('what comes from others', () => {
  const EVIL = `<script>document.title='owned'</script><img src=x onerror=alert(1)>"'&`;

  test('names of volumes, projects and users, rules and files stay text', async () => {
    const { enforcer } = served.service;
    enforcer.enforce('volume:show', { project_id: EVIL, user_id: EVIL }, { user_id: EVIL, roles: [EVIL] });
    await served.service.store.create(EVIL, EVIL, 1);
    await post('/console/what-if', { token: formToken, text: EVIL });
    const texts = await Promise.all(PAGES.map(async ([path]) => (await get(path)).text()));
    const answers = [`"volume:show": "role:${EVIL.replaceAll('"', '')}"`, EVIL, `</textarea>${EVIL}`].map(
      async (text) => (await post('/console/what-if', { token: formToken, text })).text(),
    );
    for (const text of [...texts, ...(await Promise.all(answers))]) {
      expect(text).not.toContain('<script>document');
      expect(text).not.toContain('<img');
      expect(text.match(/<\/textarea/gu)?.length ?? 0).toBeLessThanOrEqual(1);
    }
    expect(texts.join('')).toContain('&lt;script&gt;document.title=&#39;owned&#39;');
  });

  test('tokens, the key and secrets among credentials are on no page', async () => {
    const secret = 'gAAAA-secret-token';
    await served.call(secret, 'GET', '/v1/volumes');
    await served.call('member-of-alpha', 'GET', '/v1/projects/alpha/volumes');
    served.service.enforcer.enforce(
      'volume:show',
      {},
      { user_id: 'mia', roles: [], auth_token: secret, password: secret },
    );
    const key = new URL(served.entrance).searchParams.get('key') ?? '';
    for (const [path] of PAGES) {
      const text = await (await get(path)).text();
      for (const word of [secret, key, cookie.split('=')[1] ?? '', 'member-of-alpha']) {
        expect(text, path).not.toContain(word);
      }
    }
    expect(await (await get('/metrics')).text()).not.toContain(key);
  });
});
