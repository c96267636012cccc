import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '@oslofjord/config';
import { PolicyLoadError } from '@oslofjord/policy';
import { configuredService } from './configured.ts';
import { Faults } from './console/demo/faults.ts';
import { readOptions, type ServiceOptions } from './options.ts';
import { askedToEnd, helpIfAsked, INTERRUPTED } from './program.ts';
import { loadRealPolicies, REAL_SERVICES, recordedDecisions, serveDecisions } from './real-policies.ts';
import { tableHead, tableRow } from './table.ts';
import { playTour, replayDecisions, type Step } from './tour.ts';

const shipped = fileURLToPath(new URL('../etc', import.meta.url));

const HELP = `npm start                          plays the tour of the reference service, and serves with a console until Ctrl-C
npm start -- --once                ends after the tour; with status 0 if everything happened as expected
npm start -- --bind-port PORT      takes this port instead of a free one; so every option of
                                   examples/volume-service/etc/volume-service.conf, also as OS_GROUP__OPTION`;

/** Starts the service on the embedded defaults, plays the tour and says how it went; answers the status to end with. */
const main = async (options: ServiceOptions, runDirectory: string): Promise<number> => {
  const ending = askedToEnd();
  const copied = async (name: string): Promise<string> => {
    const copy = join(runDirectory, basename(name));
    await copyFile(resolve(shipped, name), copy);
    return copy;
  };
  const policyFile = await copied(options.policy.policyFile ?? 'policy.yaml');
  const limitsFile = await copied(options.limitsFile);
  const disableFile = join(runDirectory, basename(options.healthcheck.disableByFilePath ?? 'disabled'));
  const service = await configuredService(
    {
      ...options,
      ...{ limitsFile, console: true },
      policy: { ...options.policy, policyFile },
      healthcheck: { ...options.healthcheck, disableByFilePath: disableFile },
    },
    { configDirs: [runDirectory], faults: new Faults() },
  );
  try {
    const { app } = service;
    const real = await loadRealPolicies();
    serveDecisions(app, real);
    const address = await app.listen({ host: options.bindHost, port: options.bindPort });

    console.log(`\nThe volume service listens on ${address}\nIts operator's policy is ${policyFile}`);
    console.log('Each line is what somebody does with it, what was to happen, and what did.\n');
    console.log(tableHead());
    let failed = 0;
    const play = async (steps: AsyncIterable<Step>): Promise<void> => {
      for await (const step of steps) {
        if (ending.aborted) return;
        console.log(tableRow(step));
        if (!step.ok) failed += 1;
      }
    };
    await play(playTour({ address, policyFile, disableFile }));
    await play(replayDecisions(address, [...real.keys()], await recordedDecisions()));
    if (ending.aborted) return INTERRUPTED;
    const absent = REAL_SERVICES.filter((service) => !real.has(service));
    if (absent.length > 0) {
      console.log(
        `    Not tried, because their packages are not installed: ${absent.map((name) => `python3-${name}`).join(', ')}`,
      );
    }
    console.log(
      failed === 0 ? '\nEverything happened as expected.' : `\n${failed} steps did not happen as expected.`,
    );
    if (!options.once) {
      console.log(`\nThe console, with the key of this run:  ${address}${service.console?.path ?? ''}`);
      console.log(
        `\nTry it:  curl -H 'X-Auth-Token: reader-of-alpha' ${address}/v1/projects/alpha/volumes\n         curl ${address}/metrics\n         curl ${address}/readyz\nCtrl-C ends it.`,
      );
      await once(ending, 'abort');
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await service.close();
  }
};

/** What is wrong with the configuration or the policy, or in the way of the port, is the operator's to read, not a stack. */
const isForOperator = (error: unknown): error is Error =>
  error instanceof ConfigurationError ||
  error instanceof PolicyLoadError ||
  (error as { syscall?: unknown } | null)?.syscall === 'listen';

helpIfAsked(HELP);
try {
  const options = readOptions([join(shipped, 'volume-service.conf')], process.argv.slice(2), process.env);
  // The tour edits its files: every run has copies of its own.
  const runDirectory = await mkdtemp(join(tmpdir(), 'volume-service-'));
  try {
    process.exitCode = await main(options, runDirectory);
  } finally {
    await rm(runDirectory, { recursive: true, force: true });
  }
} catch (error) {
  if (!isForOperator(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
