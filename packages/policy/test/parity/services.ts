import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readDefaults } from '../../src/documents/written-defaults.ts';
import type { RuleDefault } from '../../src/rules/defaults.ts';

/** The services whose registered rules, sample files and full policy files are recorded. */
export const SERVICES = ['glance', 'keystone', 'nova'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** A recorded text; see recorded/README.md. */
export const readRecordedText = (name: string): string =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.gz`, import.meta.url))).toString('utf8');

/** The rules a service registers, with everything it says about them. */
export const defaultsOf = (service: ServiceName): RuleDefault[] =>
  readDefaults(JSON.parse(readRecordedText(`${service}.rules.json`)));
