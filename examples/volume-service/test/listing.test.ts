import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegion, memory } from '@oslofjord/cache';
import { createHealth, HealthEndpoint } from '@oslofjord/healthcheck';
import { createEnforcer } from '@oslofjord/limit';
import { yamlLimits } from '@oslofjord/limit/yaml';
import { createMetrics } from '@oslofjord/metrics';
import { Enforcer } from '@oslofjord/policy';
import { expect, onTestFinished, test } from 'vitest';
import { policies } from '../src/policies.ts';
import { volumeService } from '../src/service.ts';
import { VolumeStore } from '../src/volumes.ts';

test('a rule about rows is a condition of the query: what may not be shown is never read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-service-'));
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, '"volume:show": "rule:project_member and user_id:%(user_id)s"\n');
  await writeFile(join(folder, 'limits.yaml'), 'registered: { volumes: 10, gigabytes: 100 }\n');
  const enforcer = new Enforcer({ policies, policyFile, policyDirs: [], reload: 'off' });
  await enforcer.load();
  const asked: { text: string; values: unknown[] }[] = [];
  const answered: number[] = [];
  const store = await VolumeStore.embedded((query) => async (text, values = []) => {
    const answer = await query(text, values);
    asked.push({ text, values });
    answered.push(answer.rows.length);
    return answer;
  });
  onTestFinished(() => store.close());
  await using quotas = await createEnforcer({
    limits: yamlLimits(join(folder, 'limits.yaml')),
    usage: (projectId) => store.usageOf(projectId ?? ''),
  });
  const app = volumeService({
    enforcer,
    store,
    quotas,
    tokens: createRegion({ driver: memory() }),
    metrics: createMetrics(),
    health: new HealthEndpoint(createHealth()),
  });
  await store.create('alpha', 'of mia', 1, { userId: 'mia' });
  await store.create('alpha', 'of somebody else', 1, { userId: 'rea' });
  await store.create('beta', 'of mia, elsewhere', 1, { userId: 'mia' });
  const list = async (who: string): Promise<string[]> => {
    const response = await app.inject({
      url: '/v1/projects/alpha/volumes',
      headers: { 'x-auth-token': who },
    });
    return response.json<{ volumes: { name: string }[] }>().volumes.map(({ name }) => name);
  };
  expect(await list('member-of-alpha')).toEqual(['of mia']);
  expect(asked.at(-1)).toMatchObject({
    text: expect.stringMatching(/WHERE project_id = \$1 AND .*"user_id" = \$/) as string,
    values: expect.arrayContaining(['mia']) as unknown[],
  });
  expect(answered.at(-1)).toBe(1);

  const queries = asked.length;
  expect(await list('reader-of-alpha')).toEqual([]);
  expect(asked.length).toBe(queries); // nothing is left of the rule, so nothing is asked
});
