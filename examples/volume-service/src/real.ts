// The service on real parts: brings them up, plays the same tour, and takes them down; with --stay after Ctrl-C only.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { askedToEnd, INTERRUPTED, say, startUntil, toldWords } from './program.ts';
import { Deployment } from './real/deployment.ts';
import { builtPrograms } from './real/programs.ts';
import { playRealTour } from './real/tour.ts';
import { tableHead, tableRow } from './table.ts';

const here = fileURLToPath(new URL('..', import.meta.url));

const { stay = false } = toldWords(
  `npm run start:real                 plays the tour on real servers, and takes them down
npm run start:real -- --stay       leaves them, with a console, until Ctrl-C`,
  { stay: { type: 'boolean' } },
);
const ending = askedToEnd();
const deployment = await startUntil(ending, (progress) =>
  Deployment.start({ programs: builtPrograms(here), source: here, progress }),
);
let failed = 0;
let isThrough: boolean;
try {
  console.log(`\nThe volume service is at ${deployment.balancer.url}, behind HAProxy\n`);
  console.log(tableHead());
  for await (const step of playRealTour(deployment)) {
    if (ending.aborted) break;
    console.log(tableRow(step));
    if (!step.ok) failed += 1;
  }
  isThrough = !ending.aborted;
  if (stay && isThrough) {
    const { cloud, balancer, prometheus, collectorUrl } = deployment;
    console.log(`\nThe console of ${deployment.nodes[0]?.name ?? ''}:  ${deployment.console ?? ''}`);
    console.log(
      `\nTry it:  curl -H 'X-Auth-Token: ${cloud.tokens['reader-of-alpha'] ?? ''}' ${balancer.url}/v1/projects/${cloud.projects.alpha}/volumes\n         curl ${collectorUrl}\n         Prometheus: ${prometheus.url}\nCtrl-C ends it.`,
    );
    const keepAlive = setInterval(() => undefined, 60_000);
    await once(ending, 'abort');
    clearInterval(keepAlive);
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
if (isThrough) {
  console.log(
    failed === 0
      ? '\nEverything happened as expected.'
      : `\n${String(failed)} things did not happen as expected.`,
  );
}
process.exitCode = !isThrough ? INTERRUPTED : failed === 0 ? 0 : 1;
