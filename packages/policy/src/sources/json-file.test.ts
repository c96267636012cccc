import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonFileEvent } from '../channels.ts';
import { Enforcer } from '../enforcer.ts';
import type { PolicyOptions } from '../options.ts';
import { ruleDefault } from '../rules/defaults.ts';

let directory = '';
let events: JsonFileEvent[] = [];
const listen = (event: unknown): void => void events.push(event as JsonFileEvent);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-json-'));
  events = [];
  subscribe('oslofjord:policy:json_file', listen);
});

afterEach(() => {
  unsubscribe('oslofjord:policy:json_file', listen);
  rmSync(directory, { recursive: true });
});

const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

const load = async (options: PolicyOptions = {}): Promise<Enforcer> => {
  const policies = [ruleDefault({ name: 'get', checkStr: 'role:admin' })];
  const enforcer = new Enforcer({ policies, configDirs: [directory], reload: 'off', ...options });
  await enforcer.load();
  return enforcer;
};

const reader = { roles: ['reader'] };

test.each(['strict', 'oslo'] as const)('a policy file in JSON is read and announced: %s', async (compat) => {
  const file = write('policy.yaml', '{"get": "role:reader"}');
  const enforcer = await load({ compat });
  expect(enforcer.enforce('get', {}, reader)).toBe(true);
  expect(events).toEqual([{ file }]);
});

test('a policy file in YAML is not announced', async () => {
  write('policy.yaml', 'get: role:reader\n');
  await load();
  expect(events).toEqual([]);
});

test('policy.json is not read when policy.yaml is missing, as in oslo.policy 6', async () => {
  write('policy.json', '{"get": "role:reader"}');
  expect((await load({ compat: 'oslo' })).enforce('get', {}, reader)).toBe(false);
});

test('policy.json is read instead of a missing policy.yaml on request, as in oslo.policy 4', async () => {
  const file = write('policy.json', '{"get": "role:reader"}');
  const enforcer = await load({ compat: 'oslo', fallbackToJsonFile: true });
  expect(enforcer.enforce('get', {}, reader)).toBe(true);
  expect(events).toEqual([{ file }]);
});

test('policy.json does not stand in for a policy.yaml that is there, nor for a file of another name', async () => {
  write('policy.json', '{"get": "role:reader"}');
  const options: PolicyOptions = { compat: 'oslo', fallbackToJsonFile: true };
  expect((await load({ ...options, policyFile: 'other.yaml' })).enforce('get', {}, reader)).toBe(false);
  write('policy.yaml', '');
  expect((await load(options)).enforce('get', {}, reader)).toBe(false);
});

test('policy.json is never read instead where files may not fail open', async () => {
  write('policy.json', '{"get": "role:reader"}');
  expect((await load({ fallbackToJsonFile: true })).enforce('get', {}, reader)).toBe(false);
});
