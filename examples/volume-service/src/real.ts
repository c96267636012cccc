// The service on real parts: brings them up, plays the same tour, and takes them down; with --stay after Ctrl-C only.
import { fileURLToPath } from 'node:url';
import { Deployment } from './real/deployment.ts';
import { builtPrograms } from './real/programs.ts';
import { playRealTour } from './real/tour.ts';
import { tableHead, tableRow } from './table.ts';

const here = fileURLToPath(new URL('..', import.meta.url));

const say = (what: string): void => {
  console.log(`  … ${what}`);
};
const deployment = await Deployment.start({ programs: builtPrograms(here), source: here, progress: say });
let failed = 0;
try {
  console.log(`\nThe volume service is at ${deployment.balancer.url}, behind HAProxy\n`);
  console.log(tableHead());
  for await (const step of playRealTour(deployment)) {
    console.log(tableRow(step));
    if (!step.ok) failed += 1;
  }
  if (process.argv.includes('--stay')) {
    const { cloud, balancer, prometheus, collectorUrl } = deployment;
    console.log(`\nThe console of ${deployment.nodes[0]?.name ?? ''}:  ${deployment.console ?? ''}`);
    console.log(
      `\nTry it:  curl -H 'X-Auth-Token: ${cloud.tokens['reader-of-alpha'] ?? ''}' ${balancer.url}/v1/projects/${cloud.projects.alpha}/volumes\n         curl ${collectorUrl}\n         Prometheus: ${prometheus.url}\nCtrl-C ends it.`,
    );
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => {
        resolve();
      });
      process.once('SIGTERM', () => {
        resolve();
      });
    });
  }
} finally {
  say('everything is taken down');
  const codes = await deployment.stop();
  for (const [name, code] of Object.entries(codes)) {
    if (code === 0) continue;
    failed += 1;
    console.log(`  ✗ ${name} ended with ${String(code)}`);
  }
}
console.log(
  failed === 0
    ? '\nEverything happened as expected.'
    : `\n${String(failed)} things did not happen as expected.`,
);
process.exitCode = failed === 0 ? 0 : 1;
