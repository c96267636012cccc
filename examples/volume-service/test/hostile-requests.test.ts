// Requests that no client of good will sends: each is refused in words, and nothing of it is kept.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { serve, type Served } from './console/served.ts';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served[Symbol.asyncDispose]());

const VOLUMES = '/v1/projects/alpha/volumes';
const ask = (who: string, method: string, path: string, text?: string): Promise<Response> =>
  fetch(`${served.address}${path}`, {
    method,
    headers: { 'x-auth-token': who, ...(text === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(text === undefined ? {} : { body: text }),
  });
/** The status of an answer that is a problem of RFC 9457, and says the same. */
const refusal = async (response: Response): Promise<number> => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
  const problem = (await response.json()) as { status: number; title: string; detail: string };
  expect(problem).toMatchObject({
    title: expect.any(String) as string,
    detail: expect.any(String) as string,
  });
  expect(problem.status).toBe(response.status);
  return response.status;
};

describe('a body', () => {
  test.each([
    ['with a number in a text', '{"name":"a","size":"1"}', 400],
    ['with a truth in the place of a number', '{"name":"a","size":true}', 400],
    ['with a list in the place of a text', '{"name":["a"],"size":1}', 400],
    ['with a number that is none', '{"name":"a","size":1e400}', 400],
    ['that says whose it is, which is not asked', '{"name":"a","size":1,"project_id":"beta"}', 400],
    ['with a character that no database keeps', '{"name":"a\\u0000b","size":1}', 400],
    ['that reaches for the prototype', '{"__proto__":{"size":1},"name":"a"}', 400],
    ['that ends early', '{"name":"a"', 400],
    ['that is empty', '', 400],
    ['that is deep', '['.repeat(100_000) + ']'.repeat(100_000), 400],
    ['that is huge', JSON.stringify({ name: 'x'.repeat(2_000_000), size: 1 }), 413],
  ])('%s is refused', async (_name, text, status) => {
    expect(await refusal(await ask('member-of-alpha', 'POST', VOLUMES, text))).toBe(status);
    expect(await served.service.store.list()).toEqual([]);
  });

  test('of somebody who is nobody is not looked at', async () => {
    expect(await refusal(await ask('nobody', 'POST', VOLUMES, '{"name":'))).toBe(401);
    expect(await refusal(await ask('nobody', 'POST', VOLUMES, '{}'))).toBe(401);
  });
});

test.each([
  ['GET', '/v1/volumes/%00', 404],
  ['DELETE', '/v1/volumes/a%00b', 404],
  ['GET', "/v1/volumes/' OR 1=1--", 404],
  ['GET', '/v1/volumes/%ff', 400],
  ['GET', `/v1/volumes/${'x'.repeat(101)}`, 414],
  ['GET', '/v1/projects/%00/volumes', 400],
  ['GET', '/v1/projects//volumes', 400],
  ['POST', '/v1/projects/%00/volumes', 400],
  ['POST', '/v1/projects//volumes', 400],
  ['PUT', VOLUMES, 404],
  ['GET', '/v2', 404],
])('%s %s is refused with %i', async (method, path, status) => {
  const body = method === 'POST' ? '{"name":"a","size":1}' : undefined;
  expect(await refusal(await ask('admin-of-cloud', method, path, body))).toBe(status);
});

test('an id is found however its letters are written', async () => {
  const { id } = await served.service.store.create('alpha', 'a', 1);
  expect((await ask('member-of-alpha', 'GET', `/v1/volumes/${id.toUpperCase()}`)).status).toBe(200);
  expect((await ask('member-of-alpha', 'DELETE', `/v1/volumes/${id}`)).status).toBe(204);
});

test('creations, growth and deletions at once never pass a quota, and leave what the answers say', async () => {
  const [most, whole] = [10, 500];
  const sizes = new Map<string, number>();
  const seen: number[] = [];
  let step = 0;
  /** Numbers that repeat from run to run. */
  const next = (below: number): number => (step = (step * 1103515245 + 12345) % 2 ** 31) % below;
  const send = async (): Promise<void> => {
    const ids = [...sizes.keys()];
    const id = ids[next(ids.length + 3)];
    const body = JSON.stringify({ size: 20 + next(150) });
    if (id === undefined) {
      const response = await ask('member-of-alpha', 'POST', VOLUMES, `{"name":"a",${body.slice(1)}`);
      const made = (await response.json()) as { id: string; size: number };
      if (response.status === 201) sizes.set(made.id, made.size);
      else expect(response.status).toBe(413);
    } else if (next(3) === 0) {
      const response = await ask('member-of-alpha', 'DELETE', `/v1/volumes/${id}`);
      expect([204, 404]).toContain(response.status);
      sizes.delete(id);
    } else {
      const response = await ask('member-of-alpha', 'POST', `/v1/volumes/${id}/resize`, body);
      expect([200, 404, 409, 413]).toContain(response.status);
      const resized = (await response.json()) as { size: number };
      // Answers overtake one another: the larger is the later.
      if (response.status === 200 && sizes.has(id)) {
        sizes.set(id, Math.max(sizes.get(id) ?? 0, resized.size));
      }
    }
    const { volumes, gigabytes } = await served.service.store.usageOf('alpha');
    seen.push(volumes, gigabytes);
    expect(volumes).toBeLessThanOrEqual(most);
    expect(gigabytes).toBeLessThanOrEqual(whole);
  };
  const client = async (): Promise<void> => {
    for (let count = 0; count < 40; count += 1) await send();
  };
  await Promise.all(Array.from({ length: 8 }, client));
  expect(Math.max(...seen)).toBeGreaterThan(300); // there was something to refuse
  const stored = await served.service.store.list('alpha');
  expect(new Map(stored.map(({ id, size }) => [id, size]))).toEqual(sizes);
  for (const id of sizes.keys()) await ask('member-of-alpha', 'DELETE', `/v1/volumes/${id}`);
  expect(await served.service.store.usageOf('alpha')).toEqual({ volumes: 0, gigabytes: 0 });
  const all = await ask('member-of-alpha', 'POST', VOLUMES, `{"name":"all","size":${whole}}`);
  expect(all.status).toBe(201); // no claim was left behind
});

test('a database that is away is said to be away; other failures are told to the log, not to the client', async () => {
  const { service } = served;
  const faults = served.faults.database;
  faults.begin(60_000, () => Promise.resolve());
  expect(await refusal(await ask('member-of-alpha', 'GET', VOLUMES))).toBe(503);
  faults.begin(0, () => Promise.resolve());
  faults.close();
  expect((await ask('member-of-alpha', 'GET', VOLUMES)).status).toBe(200);

  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const list = vi.spyOn(service.store, 'list').mockRejectedValue(new TypeError('the disk is purple'));
  try {
    const response = await ask('member-of-alpha', 'GET', VOLUMES);
    const text = await response.clone().text();
    expect(await refusal(response)).toBe(500);
    expect(text).not.toContain('purple');
    const log = written.mock.calls.map(([line]) => String(line)).join('');
    expect(log).toContain('the disk is purple');
    expect(log).not.toContain('member-of-alpha');
  } finally {
    list.mockRestore();
    written.mockRestore();
  }
});
