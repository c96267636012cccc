import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@oslofjord/config';
import { PolicyLoadError } from '@oslofjord/policy';
import { RecordingEnforcer } from './console/watch/recording-enforcer.ts';
import { readOptions } from './options.ts';
import { policies } from './policies.ts';
import { loadRealPolicies, REAL_SERVICES, recordedDecisions, serveDecisions } from './real-policies.ts';
import { embeddedService } from './embedded.ts';
import { tableHead, tableRow } from './table.ts';
import { playTour, replayDecisions, type Step } from './tour.ts';

const here = fileURLToPath(new URL('..', import.meta.url));
const runDirectory = join(here, '.cache', 'run');

/** Starts the service on the embedded defaults, plays the tour and says how it went. */
const main = async (): Promise<boolean> => {
  const options = readOptions([join(here, 'etc', 'volume-service.conf')], process.argv.slice(2), process.env);
  const policyFile = join(runDirectory, basename(options.policy.policyFile ?? 'policy.yaml'));
  await mkdir(runDirectory, { recursive: true });
  await copyFile(resolve(here, 'etc', options.policy.policyFile ?? 'policy.yaml'), policyFile);
  const enforcer = new RecordingEnforcer({
    ...options.policy,
    policies,
    policyFile,
    configDirs: [runDirectory],
    reloadInterval: '100ms',
  });
  await enforcer.load();
  const limitsFile = join(runDirectory, basename(options.limitsFile));
  await copyFile(resolve(here, 'etc', options.limitsFile), limitsFile);
  const disableFile = join(runDirectory, basename(options.healthcheck.disableByFilePath ?? 'disabled'));
  await rm(disableFile, { force: true });
  const service = await embeddedService({
    enforcer,
    limitsFile,
    healthcheck: { ...options.healthcheck, disableByFilePath: disableFile },
  });
  const { app } = service;
  const real = await loadRealPolicies();
  serveDecisions(app, real);
  const address = await app.listen({ host: options.bindHost, port: options.bindPort });

  console.log(`\nThe volume service listens on ${address}\nIts operator's policy is ${policyFile}\n`);
  console.log(tableHead());
  let failed = 0;
  const show = (step: Step): void => {
    console.log(tableRow(step));
    if (!step.ok) failed += 1;
  };
  for await (const step of playTour({ address, policyFile, disableFile })) show(step);
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
    await service.close();
  };
  if (options.once) {
    await close();
  } else {
    console.log(`\nThe console, with the key of this run:  ${address}${service.console?.path ?? ''}`);
    console.log(
      `\nTry it:  curl -H 'X-Auth-Token: reader-of-alpha' ${address}/v1/projects/alpha/volumes\n         curl ${address}/metrics\n         curl ${address}/readyz\nCtrl-C ends it.`,
    );
    process.once('SIGINT', () => void close());
    process.once('SIGTERM', () => void close());
  }
  return failed === 0;
};

/** What is wrong with the configuration or the policy is the operator's to read, not a stack. */
const isForOperator = (error: unknown): error is Error =>
  error instanceof ConfigurationError || error instanceof PolicyLoadError;

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!isForOperator(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
