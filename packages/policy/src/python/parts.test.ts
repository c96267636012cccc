import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-parts-'));
  vi.resetModules();
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test.each([
  ['YAML beyond plain lines', 'base: &b\n  - role:x\na: *b\n'],
  ['a format beyond plain keys', 'a: "role:%(r)1s"\n'],
  ['a kind beyond names and plain literals', 'a: "0x10:%(n)s"\n'],
])('%s: load() fetches what it takes, while loadSync() asks for it', async (_, text) => {
  const { Enforcer } = await import('../index.ts');
  writeFileSync(join(directory, 'policy.yaml'), text);
  const enforcer = new Enforcer({ configDirs: [directory], reload: 'off' });
  expect(() => enforcer.loadSync()).toThrow('pass { python } of');
  await enforcer.load();
  expect(enforcer.enforce('a', { r: 'x', n: 16 }, { roles: ['x'] })).toBe(true);
});

test('with the parts at hand loadSync() needs no more', async () => {
  const { Enforcer } = await import('../index.ts');
  const { python } = await import('../python.ts');
  writeFileSync(join(directory, 'policy.yaml'), 'a: |\n  role:x\n');
  const enforcer = new Enforcer({ configDirs: [directory], python });
  enforcer.loadSync();
  expect(enforcer.enforce('a', {}, { roles: ['x'] })).toBe(true);
});
