import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Enforcer } from '@oslofjord/policy';
import { policies } from './policies.ts';
import { loadRealPolicies, REAL_SERVICES, recordedDecisions, serveDecisions } from './real-policies.ts';
import { volumeService } from './service.ts';
import { tableHead, tableRow } from './table.ts';
import { playTour, replayDecisions, type Step } from './tour.ts';
import { VolumeStore } from './volumes.ts';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
  },
});

const here = fileURLToPath(new URL('..', import.meta.url));
const runDirectory = join(here, '.cache', 'run');
const policyFile = join(runDirectory, 'policy.yaml');

/** Starts the service on the embedded defaults, plays the tour and says how it went. */
const main = async (): Promise<boolean> => {
  await mkdir(runDirectory, { recursive: true });
  await copyFile(join(here, 'etc', 'policy.yaml'), policyFile);
  const enforcer = new Enforcer({ policies, policyFile, policyDirs: [], reloadInterval: '100ms' });
  await enforcer.load();
  const store = await VolumeStore.embedded();
  const real = await loadRealPolicies();
  const app = volumeService(enforcer, store);
  serveDecisions(app, real);
  const address = await app.listen({ host: '127.0.0.1', port: Number(values.port) });

  console.log(`\nThe volume service listens on ${address}\nIts operator's policy is ${policyFile}\n`);
  console.log(tableHead());
  let failed = 0;
  const show = (step: Step): void => {
    console.log(tableRow(step));
    if (!step.ok) failed += 1;
  };
  for await (const step of playTour({ address, policyFile })) show(step);
  for await (const step of replayDecisions(address, [...real.keys()], await recordedDecisions())) show(step);
  const absent = REAL_SERVICES.filter((service) => !real.has(service));
  if (absent.length > 0) {
    console.log(
      `    Not tried, because their packages are not installed: ${absent.map((name) => `python3-${name}`).join(', ')}`,
    );
  }
  console.log(
    failed === 0 ? '\nEverything happened as expected.' : `\n${failed} steps did not happen as expected.`,
  );

  const close = async (): Promise<void> => {
    enforcer.close();
    await app.close();
    await store.close();
  };
  if (values.once) {
    await close();
  } else {
    console.log(
      `\nTry it:  curl -H 'X-Auth-Token: reader-of-alpha' ${address}/v1/projects/alpha/volumes\nCtrl-C ends it.`,
    );
    process.once('SIGINT', () => void close());
    process.once('SIGTERM', () => void close());
  }
  return failed === 0;
};

process.exitCode = (await main()) ? 0 : 1;
