import { skipReason, type ServerName } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployment } from '../src/real/deployment.ts';
import { playRealTour } from '../src/real/tour.ts';
import type { Step } from '../src/tour.ts';
import { buildPrograms, SOURCE } from './programs.ts';

const NEEDED: readonly ServerName[] = [
  ...(['postgresql', 'memcached', 'keystone', 'rabbitmq'] as const),
  ...(['haproxy', 'prometheus'] as const),
];

const reasons: string[] = [];
for (const name of NEEDED) {
  const reason = await skipReason(name, { own: true });
  if (reason !== undefined) reasons.push(reason);
}

describe.skipIf(reasons.length > 0)(
  `the service on real parts${reasons.map((one) => ` [${one}]`).join('')}`,
  () => {
    let programs: Awaited<ReturnType<typeof buildPrograms>>;
    let deployment: Deployment;

    beforeAll(async () => {
      programs = await buildPrograms();
      deployment = await Deployment.start({ programs, source: SOURCE });
    });

    afterAll(async () => {
      await programs[Symbol.asyncDispose]();
    });

    it('plays the same tour over HAProxy with tokens and limits of Keystone', async () => {
      const steps: Step[] = [];
      for await (const step of playRealTour(deployment)) steps.push(step);
      expect(steps.filter((step) => !step.ok)).toEqual([]);
      expect(steps.length).toBeGreaterThan(30);
    });

    it('ends by itself after SIGTERM, every process with status 0', async () => {
      expect(await deployment.stop()).toEqual({
        'volumes-first': 0,
        'volumes-second': 0,
        worker: 0,
        collector: 0,
      });
    });
  },
);
