import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverOrSkip } from '@oslofjord/services';
import { afterAll, expect, it } from 'vitest';
import { sendDatagrams, startMessage, until } from '../collector/sending.ts';
import { startDaemon } from './daemon-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-scraped-'));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  readonly data: {
    readonly result: { readonly metric: Record<string, string>; readonly value: [number, string] }[];
  };
}

it('Prometheus scrapes the daemon, records by the shipped rules, and alerts once the daemon is gone', async ({
  skip,
}) => {
  const socket = join(directory, 'socket');
  const file = join(directory, 'metrics.conf');
  writeFileSync(file, `[oslo_metrics]\nmetrics_socket_file = ${socket}\nprometheus_port = 0\n`);
  await using daemon = await startDaemon(['--config-file', file]);
  // Prometheus runs as another user.
  chmodSync(directory, 0o755);
  const rules = join(directory, 'oslo-rpc.rules.yml');
  copyFileSync(fileURLToPath(new URL('../../assets/prometheus/oslo-rpc.rules.yml', import.meta.url)), rules);
  const { server, skipped } = await serverOrSkip('prometheus', {
    own: true,
    configuration: [
      'global: { scrape_interval: 200ms, evaluation_interval: 200ms }',
      `rule_files: ['${rules}']`,
      'scrape_configs:',
      `  - { job_name: oslo-metrics, static_configs: [{ targets: ['${new URL(daemon.url).host}'] }] }`,
      '',
    ].join('\n'),
  });
  if (server === undefined) {
    skip(skipped);
    return;
  }
  await using prometheus = server;
  const ask = async (query: string): Promise<Answer['data']['result']> => {
    const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    return ((await response.json()) as Answer).data.result;
  };
  await sendDatagrams(socket, [startMessage('build'), startMessage('build')]);
  await until(
    async () => (await ask('oslo_messaging_rpc_client_invocation_start_total'))[0]?.value[1] === '2',
    'the calls are scraped',
    20_000,
  );
  await until(
    async () => (await ask('oslo_rpc:client_in_flight:sum{method="build"}'))[0]?.value[1] === '2',
    'the rule records',
    20_000,
  );
  expect((await ask('up{job="oslo-metrics"}'))[0]?.value[1]).toBe('1');
  expect(await daemon.end()).toBe(0);
  await until(
    async () =>
      (await ask('ALERTS{alertname="OsloMetricsCollectorDown", alertstate="pending"}')).length === 1,
    'the alert waits for its five minutes',
    20_000,
  );
});
