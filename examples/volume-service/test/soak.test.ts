import { skipReason, type ServerName } from '@oslofjord/services';
import { expect, test } from 'vitest';
import { Deployment } from '../src/real/deployment.ts';
import { plotsOf } from '../src/soak/plots.ts';
import { reportOf, verdicts } from '../src/soak/report.ts';
import { soak } from '../src/soak/soak.ts';
import { buildPrograms, SOURCE } from './programs.ts';

const NEEDED: readonly ServerName[] = [
  ...(['postgresql', 'redis', 'keystone', 'rabbitmq'] as const),
  ...(['haproxy', 'prometheus'] as const),
];

const reasons: string[] = [];
for (const name of NEEDED) {
  const reason = await skipReason(name, { own: true });
  if (reason !== undefined) reasons.push(reason);
}

/** Memory is judged from ten minutes on: `SOAK_MINUTES=10 npx vitest run test/soak`. */
const minutes = Number(process.env.SOAK_MINUTES ?? 1);

test.skipIf(reasons.length > 0)(
  `nothing is lost, allowed or left unanswered while parts are killed and stand still${reasons.map((one) => ` [${one}]`).join('')}`,
  { timeout: (minutes + 6) * 60_000 },
  async () => {
    await using programs = await buildPrograms();
    const deployment = await Deployment.start({
      programs,
      source: SOURCE,
      cache: 'redis',
      hasConsole: false,
    });
    try {
      const report = await soak(deployment, { minutes });
      expect(
        report.invariants.filter(({ problems }) => problems.length > 0),
        verdicts(report.invariants),
      ).toEqual([]);
      expect(report.faults.length).toBeGreaterThan(5);
      expect(report.faults.some(({ isDrain }) => isDrain)).toBe(true);
      expect(report.acknowledged).toBeGreaterThan(10);
      expect(reportOf(report, 'soak.svg', 'now')).toContain('| ✓ | no quota is exceeded |');
      expect(plotsOf(report)).toMatch(/^<svg .*<\/svg>\n$/s);
    } finally {
      await deployment.stop();
    }
  },
);
