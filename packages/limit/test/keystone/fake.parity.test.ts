import { afterEach, describe, expect, test } from 'vitest';
import { FakeKeystone } from '../../src/testing/fake-keystone.ts';
import { recorded } from '../parity/recorded.ts';

interface Exchange {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly token?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** Who sent a request, as its name says: recordings have no tokens. */
const senderOf = (name: string): 'admin' | 'reader' | 'project' | 'domain' | 'credential' => {
  if (/project token|needs a project-scoped token|create trust/u.test(name)) return 'project';
  if (/as reader|system-scoped token|validate own token|auth catalog|revoke/u.test(name)) return 'reader';
  if (name.includes('application-credential token')) return 'credential';
  return name.includes('domain token') ? 'domain' : 'admin';
};

const TOKENS: Readonly<Record<string, string>> = {
  'auth: password, system scope': 'admin',
  auth: 'admin',
  'auth: service user, system scope (reader)': 'reader',
  'auth: service user, project scope': 'project',
  'auth: service user, domain scope': 'domain',
  'auth: application credential by id': 'credential',
};

/** Values that differ between any two Keystones. */
const VOLATILE = new Set([
  'self',
  'url',
  'audit_ids',
  'expires_at',
  'issued_at',
  'catalog',
  'message',
  'token',
  'secret',
  'identity',
]);

/** What a real Keystone says more than the fake: properties that nothing here reads. */
const UNSAID = new Set([
  'redelegated_trust_id',
  'redelegation_count',
  'impersonation',
  'trustor_user',
  'trustee_user',
  'is_domain',
  'roles_links',
]);

const pairIds = (real: unknown, fake: unknown, ids: Map<string, string>): void => {
  if (typeof real === 'string' && typeof fake === 'string') {
    if (/^[0-9a-f]{32}$/u.test(real) && !ids.has(real)) ids.set(real, fake);
    return;
  }
  if (typeof real !== 'object' || real === null || typeof fake !== 'object' || fake === null) return;
  for (const [key, value] of Object.entries(real)) {
    if (!VOLATILE.has(key)) pairIds(value, (fake as Record<string, unknown>)[key], ids);
  }
};

const translate = (text: string, ids: ReadonlyMap<string, string>): string =>
  text.replace(/[0-9a-f]{32}/gu, (id) => ids.get(id) ?? id);

/** A body without what differs anyway, with the fake's ids, lists in any order. */
const essence = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map(essence).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !VOLATILE.has(key) && !UNSAID.has(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, key === 'roles' ? 'roles' : essence(item)]),
  );
};

describe.each([
  ['flat', 'flat', 132],
  ['s2l-general', 'strict_two_level', 132],
  ['s2l', 'strict_two_level', 58],
] as const)('the exchanges recorded with a real Keystone, %s', (name, model, count) => {
  let fake: FakeKeystone | undefined;
  afterEach(async () => {
    await fake?.close();
  });

  test('are answered alike by the fake: status, headers that matter, and all of a body but ids, times and words', async () => {
    const { exchanges } = JSON.parse(recorded(`transcript-${name}.json`)) as {
      exchanges: readonly Exchange[];
    };
    expect(exchanges.length).toBe(count);
    fake = await FakeKeystone.start({ model });
    const ids = new Map<string, string>();
    const tokens = new Map<string, string>();
    for (const [index, { name: title, request, response }] of exchanges.entries()) {
      const isLogIn = request.path.startsWith('/auth/tokens') && request.method === 'POST';
      const isUnsent = title.includes('no token');
      const token = title.includes('bad token') ? 'bad' : tokens.get(senderOf(title));
      const text =
        request.body === undefined || typeof request.body === 'string'
          ? request.body
          : JSON.stringify(request.body);
      const answered = await fetch(fake.url + translate(request.path, ids), {
        method: request.method,
        headers: {
          ...(isLogIn || isUnsent || token === undefined ? {} : { 'x-auth-token': token }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(text === undefined
          ? {}
          : { body: translate(text, ids).replaceAll('<token>', tokens.get('admin') ?? '') }),
      });
      const where = `${String(index)} ${title}`;
      const body = await answered.text();
      expect([answered.status, where, answered.status === response.status ? '' : body]).toEqual([
        response.status,
        where,
        '',
      ]);
      const { headers } = response;
      if (headers !== undefined) {
        expect(answered.headers.has('www-authenticate'), where).toBe('www-authenticate' in headers);
      }
      const parsed: unknown = body === '' ? null : JSON.parse(body);
      pairIds(response.body, parsed, ids);
      const as = TOKENS[title];
      if (as !== undefined) tokens.set(as, answered.headers.get('x-subject-token') ?? '');
      const expected: unknown = JSON.parse(translate(JSON.stringify(response.body ?? null), ids));
      expect(essence(parsed), where).toEqual(essence(expected));
    }
  });
});
