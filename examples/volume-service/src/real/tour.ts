import { playTour, type Step } from '../tour.ts';
import type { Deployment } from './deployment.ts';

const PATIENCE_MILLISECONDS = 15_000;

/** Looks again until something is so, or patience ends. */
const eventually = async (isSo: () => Promise<boolean>): Promise<boolean> => {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    if (await isSo().catch(() => false)) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const step = (who: string, does: string, expected: string, ok: boolean): Step => ({
  ...{ who, does, expected, ok },
  happened: ok ? expected : 'not so',
});

/** The same tour over HAProxy with Keystone's tokens, and what only the real parts can show. */
export async function* playRealTour(deployment: Deployment): AsyncGenerator<Step> {
  const { balancer, cloud, nodes, policyFile, prometheus, collectorUrl } = deployment;
  const [first] = nodes;
  if (first === undefined) return;
  yield* playTour({
    address: balancer.url,
    node: first.address,
    disableFile: first.disableFile,
    policyFile,
    tokens: cloud.tokens,
    projects: cloud.projects,
    edit: (file, text) => deployment.edit(file, text),
  });
  const all = async (): Promise<{ status: string }[]> => {
    const response = await fetch(`${balancer.url}/v1/volumes`, {
      headers: { 'x-auth-token': cloud.tokens['admin-of-cloud'] ?? '' },
    });
    return ((await response.json()) as { volumes: { status: string }[] }).volumes;
  };
  yield step(
    'worker',
    'has made every volume that was asked for over RabbitMQ',
    'available',
    await eventually(async () => (await all()).every(({ status }) => status === 'available')),
  );
  const page = async (): Promise<string> => (await fetch(collectorUrl)).text();
  yield step(
    'collector',
    'counts the calls of both sides, which came as datagrams',
    'calls counted',
    await eventually(async () => {
      const text = await page();
      return ['client', 'server'].every((side) =>
        new RegExp(
          `^oslo_messaging_rpc_${side}_invocation_start_total\\{.*method="create".*\\} [1-9]`,
          'm',
        ).test(text),
      );
    }),
  );
  yield step(
    'Prometheus',
    'scrapes the page of all workers, and the collector',
    'both stored',
    await eventually(async () => {
      const asked = [
        'oslo_http_server_request_seconds_count',
        'oslo_messaging_rpc_client_invocation_end_total',
      ];
      const found = await Promise.all(
        asked.map(async (name) => {
          const answer = await fetch(`${prometheus.url}/api/v1/query?query=${name}`);
          return ((await answer.json()) as { data: { result: unknown[] } }).data.result.length > 0;
        }),
      );
      return found.every(Boolean);
    }),
  );
}
