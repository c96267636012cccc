import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Enforcer } from '@oslofjord/policy';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { policies } from '../src/policies.ts';
import { loadRealPolicies, recordedDecisions, serveDecisions } from '../src/real-policies.ts';
import { volumeService } from '../src/service.ts';
import { playTour, replayDecisions, type Step } from '../src/tour.ts';
import { VolumeStore } from '../src/volumes.ts';

let app: FastifyInstance;
let address: string;
let enforcer: Enforcer;
let policyFile: string;

const real = await loadRealPolicies();
const store = await VolumeStore.embedded();

beforeEach(async () => {
  policyFile = join(await mkdtemp(join(tmpdir(), 'volume-service-')), 'policy.yaml');
  await writeFile(policyFile, '"volume:list_all": "rule:admin or role:auditor"\n');
  enforcer = new Enforcer({ policies, policyFile, policyDirs: [], reloadInterval: '50ms' });
  await enforcer.load();
  for (const { id } of await store.list()) await store.delete(id);
  app = volumeService(enforcer, store);
  serveDecisions(app, real);
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  enforcer.close();
  await app.close();
});

afterAll(() => store.close());

test('every step of the tour happens as expected', async () => {
  const steps: Step[] = [];
  for await (const step of playTour({ address, policyFile })) steps.push(step);
  expect(steps.filter((step) => !step.ok)).toEqual([]);
  expect(steps.length).toBeGreaterThan(20);
});

test('recorded decisions on the policies of installed services are made over HTTP as Oslo made them', async () => {
  for await (const step of replayDecisions(address, [...real.keys()], await recordedDecisions())) {
    expect(step.happened).toBe(step.expected);
  }
});

test('a body that is no volume is refused before anything is stored', async () => {
  const response = await fetch(`${address}/v1/projects/alpha/volumes`, {
    method: 'POST',
    headers: { 'x-auth-token': 'member-of-alpha', 'content-type': 'application/json' },
    body: JSON.stringify({ name: '', size: -1 }),
  });
  expect(response.status).toBe(400);
  expect(await store.list()).toEqual([]);
});

test('a volume never shrinks', async () => {
  const { id } = await store.create('alpha', 'data', 20);
  const response = await fetch(`${address}/v1/volumes/${id}/resize`, {
    method: 'POST',
    headers: { 'x-auth-token': 'member-of-alpha', 'content-type': 'application/json' },
    body: JSON.stringify({ size: 10 }),
  });
  expect(response.status).toBe(409);
  expect((await store.find(id))?.size).toBe(20);
});

test('whoever may not see a volume is not told that it exists', async () => {
  const { id } = await store.create('alpha', 'secret', 20);
  const answer = async (path: string): Promise<string> => {
    const response = await fetch(`${address}${path}`, { headers: { 'x-auth-token': 'member-of-beta' } });
    return `${response.status} ${(await response.text()).replaceAll(/[0-9a-f-]{36}/g, 'ID')}`;
  };
  expect(await answer(`/v1/volumes/${id}`)).toBe(
    await answer('/v1/volumes/00000000-0000-4000-8000-000000000000'),
  );
});
