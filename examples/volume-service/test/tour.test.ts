import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Enforcer } from '@oslofjord/policy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { policies } from '../src/policies.ts';
import { loadRealPolicies, recordedDecisions, serveDecisions } from '../src/real-policies.ts';
import { embeddedService, type EmbeddedService } from '../src/embedded.ts';
import { playTour, replayDecisions, type Step } from '../src/tour.ts';

let service: EmbeddedService;
let disableFile: string;
let address: string;
let enforcer: Enforcer;
let policyFile: string;

const real = await loadRealPolicies();

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-service-'));
  policyFile = join(folder, 'policy.yaml');
  disableFile = join(folder, 'disabled');
  const limitsFile = join(folder, 'limits.yaml');
  await writeFile(
    limitsFile,
    'registered: { volumes: 10, gigabytes: 500 }\nprojects: { beta: { volumes: 3 } }\n',
  );
  await writeFile(policyFile, '"volume:list_all": "rule:admin or role:auditor"\n');
  enforcer = new Enforcer({ policies, policyFile, policyDirs: [], reloadInterval: '50ms' });
  await enforcer.load();
  service = await embeddedService({
    enforcer,
    limitsFile,
    healthcheck: { backends: ['disable_by_file'], disableByFilePath: disableFile },
  });
  serveDecisions(service.app, real);
  address = await service.app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  enforcer.close();
  await service.close();
});

test('every step of the tour happens as expected', async () => {
  const steps: Step[] = [];
  for await (const step of playTour({ address, policyFile, disableFile })) steps.push(step);
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
  expect(await service.store.list()).toEqual([]);
});

test('a volume never shrinks', async () => {
  const { id } = await service.store.create('alpha', 'data', 20);
  const response = await fetch(`${address}/v1/volumes/${id}/resize`, {
    method: 'POST',
    headers: { 'x-auth-token': 'member-of-alpha', 'content-type': 'application/json' },
    body: JSON.stringify({ size: 10 }),
  });
  expect(response.status).toBe(409);
  expect((await service.store.find(id))?.size).toBe(20);
});

test('whoever may not see a volume is not told that it exists', async () => {
  const { id } = await service.store.create('alpha', 'secret', 20);
  const answer = async (path: string): Promise<string> => {
    const response = await fetch(`${address}${path}`, { headers: { 'x-auth-token': 'member-of-beta' } });
    return `${response.status} ${(await response.text()).replaceAll(/[0-9a-f-]{36}/g, 'ID')}`;
  };
  expect(await answer(`/v1/volumes/${id}`)).toBe(
    await answer('/v1/volumes/00000000-0000-4000-8000-000000000000'),
  );
});
