import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configuredService, type ConfiguredService } from '../src/configured.ts';
import { readOptions } from '../src/options.ts';
import { loadRealPolicies, recordedDecisions, serveDecisions } from '../src/real-policies.ts';
import { playTour, replayDecisions, type Step } from '../src/tour.ts';
import { SOURCE } from './programs.ts';

let service: ConfiguredService;
let disableFile: string;
let address: string;
let policyFile: string;

const real = await loadRealPolicies();

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-service-'));
  policyFile = join(folder, 'policy.yaml');
  disableFile = join(folder, 'disabled');
  await writeFile(policyFile, '"volume:list_all": "rule:admin or role:auditor"\n');
  const options = readOptions([], [], {});
  service = await configuredService(
    {
      ...options,
      limitsFile: join(SOURCE, 'etc', 'limits.yaml'),
      policy: { ...options.policy, policyFile },
      healthcheck: { backends: ['disable_by_file'], disableByFilePath: disableFile },
    },
    { configDirs: [folder] },
  );
  serveDecisions(service.app, real);
  address = await service.app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
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
