import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@oslofjord/config';
import { PolicyLoadError } from '@oslofjord/policy';
import { configuredService } from './configured.ts';
import { Faults } from './console/demo/faults.ts';
import { readOptions } from './options.ts';
import { loadRealPolicies, REAL_SERVICES, recordedDecisions, serveDecisions } from './real-policies.ts';
import { tableHead, tableRow } from './table.ts';
import { playTour, replayDecisions, type Step } from './tour.ts';

const here = fileURLToPath(new URL('..', import.meta.url));
const runDirectory = join(here, '.cache', 'run');

/** Starts the service on the embedded defaults, plays the tour and says how it went. */
const main = async (): Promise<boolean> => {
  const shipped = join(here, 'etc');
  const options = readOptions([join(shipped, 'volume-service.conf')], process.argv.slice(2), process.env);
  // The tour edits these files: it has copies of its own.
  await mkdir(runDirectory, { recursive: true });
  const copied = async (name: string): Promise<string> => {
    const copy = join(runDirectory, basename(name));
    await copyFile(resolve(shipped, name), copy);
    return copy;
  };
  const policyFile = await copied(options.policy.policyFile ?? 'policy.yaml');
  const limitsFile = await copied(options.limitsFile);
  const disableFile = join(runDirectory, basename(options.healthcheck.disableByFilePath ?? 'disabled'));
  await rm(disableFile, { force: true });
  const service = await configuredService(
    {
      ...options,
      ...{ limitsFile, console: true },
      policy: { ...options.policy, policyFile },
      healthcheck: { ...options.healthcheck, disableByFilePath: disableFile },
    },
    { configDirs: [runDirectory], faults: new Faults() },
  );
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

  if (options.once) {
    await service.close();
  } else {
    console.log(`\nThe console, with the key of this run:  ${address}${service.console?.path ?? ''}`);
    console.log(
      `\nTry it:  curl -H 'X-Auth-Token: reader-of-alpha' ${address}/v1/projects/alpha/volumes\n         curl ${address}/metrics\n         curl ${address}/readyz\nCtrl-C ends it.`,
    );
    process.once('SIGINT', () => void service.close());
    process.once('SIGTERM', () => void service.close());
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
