import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { comparable, parsePython } from './compare.ts';
import { makeRequest, randomOf } from './generate.ts';

const missing = await originalsMissing({ 'oslo.config': '9.0.0' }, ['python3-oslo.config']);

const { PROPERTY_SEED, PROPERTY_RUNS } = process.env;
const seed = Number(PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 32));
const runs = 400 * Number(PROPERTY_RUNS ?? 1);

test.skipIf(missing !== undefined)(
  `oslo.config on this machine gives the same answers to new requests${missing === undefined ? '' : ` (${missing})`}`,
  { timeout: 60_000 + runs * 20 },
  () => {
    const random = randomOf(seed);
    const requests = Array.from({ length: runs }, () => makeRequest(random));
    const { stdout, status } = spawnSync(PYTHON, [fileURLToPath(new URL('oracle.py', import.meta.url))], {
      input: requests.map((request) => JSON.stringify(request)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    expect(status).toBe(0);
    const answers = stdout.trimEnd().split('\n');
    expect(answers.length).toBe(runs);
    for (const [index, request] of requests.entries()) {
      const shown = `PROPERTY_SEED=${String(seed)}, request ${String(index)}: ${JSON.stringify(request)}`;
      expect(comparable(answer(request)), shown).toEqual(parsePython(answers[index] ?? ''));
    }
  },
);
