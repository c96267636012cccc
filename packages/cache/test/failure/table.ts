import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { OutageReport } from './outage.ts';

/** Where each outage leaves what was measured; `write-table.js` beside this file makes the table of the guide from it. */
const FOLDER = new URL('../../../../.cache/cache-faults/', import.meta.url);

/** Holds an outage against the promise: all calls answered, at the creator's pace, and the server in use soon after. */
export const check = (driver: string, fault: string, report: OutageReport): void => {
  mkdirSync(FOLDER, { recursive: true });
  const name = `${driver} ${fault}`.replaceAll(/\W+/gu, '-');
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify({ driver, fault, ...report })}\n`);
  const { calls, answered, p99, baseline, recovery, rejections } = report;
  const shown = `${driver}, ${fault}: ${JSON.stringify(report)}`;
  expect(answered, shown).toBe(calls);
  expect(p99, shown).toBeLessThanOrEqual(Math.max(10, baseline) + 50);
  expect(recovery, shown).toBeLessThanOrEqual(1000);
  expect(rejections, shown).toBe(0);
};

/** How long outages last. */
export const LENGTH = 4000;

/** What the guides recommend: little patience with a server, and frequent probes. */
export const impatient = { timeout: '30ms', deadAfter: 1, probeInterval: '200ms' } as const;
