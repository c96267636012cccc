import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createRegion } from '@oslofjord/cache';
import { memory } from '@oslofjord/cache/drivers/memory';
import { createEnforcer } from '@oslofjord/limit';
import { environmentLimits } from '@oslofjord/limit/yaml';
import { renderText } from '../../src/exposition/text.ts';
import { instrumentSiblings } from '../../src/instrumentation/siblings.ts';
import { createMetrics } from '../../src/registry.ts';

it('what the sibling packages say on their channels is counted', () => {
  const metrics = createMetrics();
  using instrumentation = instrumentSiblings(metrics);
  const say = (name: string, message: unknown): void => channel(`oslofjord:${name}`).publish(message);
  say('policy:denied', { rule: 'volume:delete', reason: 'rule' });
  say('policy:reload', { files: [], version: 'x', changed: [] });
  say('policy:reload_failed', { issues: [] });
  say('cache:hit', { region: 'r', isStale: false });
  say('cache:hit', { region: 'r', isStale: true });
  say('cache:miss', { region: 'r', reason: 'absent' });
  say('cache:create', { region: 'r', duration: 250 });
  say('cache:backend_error', { driver: 'redis', host: 'h', operation: 'read', code: 'ERR_CACHE_BACKEND' });
  say('cache:host', { driver: 'memcached', host: 'h', state: 'dead' });
  say('limit:enforce', { operation: 'enforce', projectId: 'p', granted: true, over: [], age: 1 });
  say('limit:enforce', {
    operation: 'claim',
    projectId: 'p',
    granted: false,
    over: [{ resourceName: 'volumes' }],
    age: 1,
  });
  say('limit:refresh', { provider: 'keystone', what: 'all', reason: 'cold', duration: 40 });
  say('limit:claim', { claimId: 'c', projectId: 'p', event: 'lost' });
  say('healthcheck:probe', { component: 'db', outcome: 'fail', duration: 30 });
  // A message that is not what it should be ends nothing.
  say('limit:enforce', undefined);
  const page = renderText(metrics);
  for (const line of [
    'oslo_policy_denied_total{reason="rule",rule="volume:delete"} 1',
    'oslo_policy_reloads_total{result="loaded"} 1',
    'oslo_policy_reloads_total{result="refused"} 1',
    'oslo_cache_reads_total{region="r",result="hit"} 1',
    'oslo_cache_reads_total{region="r",result="stale"} 1',
    'oslo_cache_reads_total{region="r",result="miss"} 1',
    'oslo_cache_create_seconds_sum{error="",region="r"} 0.25',
    'oslo_cache_backend_errors_total{code="ERR_CACHE_BACKEND",driver="redis",operation="read"} 1',
    'oslo_cache_host_changes_total{driver="memcached",state="dead"} 1',
    'oslo_limit_enforcements_total{operation="enforce",result="granted"} 1',
    'oslo_limit_enforcements_total{operation="claim",result="refused"} 1',
    'oslo_limit_over_total{resource="volumes"} 1',
    'oslo_limit_refresh_seconds_sum{result="ok",what="all"} 0.04',
    'oslo_limit_claims_total{event="lost"} 1',
    'oslo_healthcheck_probe_seconds_sum{component="db",outcome="fail"} 0.03',
    'oslo_healthcheck_status{component="db"} 0',
  ]) {
    expect(page).toContain(`${line}\n`);
  }
  instrumentation.close();
});

it('every channel that is listened to is one that a sibling has', () => {
  const source = readFileSync(new URL('../../src/instrumentation/siblings.ts', import.meta.url), 'utf8');
  const listened = [...source.matchAll(/'oslofjord:(\w+):(\w+)'/gu)];
  expect(listened.length).toBeGreaterThan(10);
  for (const [, sibling = '', operation = ''] of listened) {
    const channels = readFileSync(new URL(`../../../${sibling}/src/channels.ts`, import.meta.url), 'utf8');
    expect(channels).toContain(`oslofjord:${sibling}:${operation}\``);
  }
});

it('a real cache region is measured', async () => {
  const metrics = createMetrics();
  using instrumentation = instrumentSiblings(metrics);
  const region = createRegion({ name: 'sessions' });
  region.configure(memory());
  await region.getOrCreate('key', () => 5);
  await region.getOrCreate('key', () => 5);
  instrumentation.close();
  const page = renderText(metrics);
  expect(page).toContain('oslo_cache_reads_total{region="sessions",result="hit"} 1\n');
  expect(page).toContain('oslo_cache_create_seconds_count{error="",region="sessions"} 1\n');
});

it('real claims are counted: each that begins has one end, and one decision is counted for each request', async () => {
  const metrics = createMetrics();
  using instrumentation = instrumentSiblings(metrics);
  let used = 0;
  let isCountable = true;
  const enforcer = await createEnforcer({
    limits: environmentLimits({ environment: { OSLOFJORD_LIMITS: '{registered: {volumes: 2}}' } }),
    usage: () => {
      if (!isCountable) throw new Error('no database');
      return { volumes: used };
    },
    claim: { wait: 0 },
  });
  const create = (): void => void (used += 1);
  await enforcer.claim('p', { volumes: 1 }, create);
  await enforcer.claim('p', { volumes: 1 }, create);
  await expect(enforcer.claim('p', { volumes: 1 }, create)).rejects.toThrow('over limit');
  await enforcer.claim('p', { volumes: -1 }, () => (used -= 1));
  isCountable = false;
  await expect(enforcer.claim('p', { volumes: 1 }, create)).rejects.toThrow('no database');
  await enforcer.close();
  instrumentation.close();
  const page = renderText(metrics);
  for (const line of [
    'oslo_limit_claims_total{event="reserved"} 5',
    'oslo_limit_claims_total{event="released"} 4',
    'oslo_limit_claims_total{event="refused"} 1',
    'oslo_limit_enforcements_total{operation="claim",result="granted"} 3',
    'oslo_limit_enforcements_total{operation="claim",result="refused"} 1',
    'oslo_limit_over_total{resource="volumes"} 1',
  ]) {
    expect(page).toContain(`${line}\n`);
  }
});
