import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { debianDifferences } from './debian-differences.ts';
import { makeRequest, randomOf } from './generate.ts';

const missing = await originalsMissing({ 'oslo.policy': '4.0.0' }, ['python3-oslo.policy']);

const { PROPERTY_SEED, PROPERTY_RUNS } = process.env;
const seed = Number(PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 32));
const runs = 3000 * Number(PROPERTY_RUNS ?? 1);

/** What counts: results, and of errors the type. */
const reduce = (given: Record<string, unknown>): unknown => {
  const { result, error, literal, lookup, raises } = given;
  if (error === undefined) return { result, literal, lookup, raises };
  return { error: typeof error === 'object' ? (error as Record<string, unknown>).type : error };
};

test.skipIf(missing !== undefined)(
  `oslo.policy, PyYAML and Python on this machine give the same answers to new requests${missing === undefined ? '' : ` (${missing})`}`,
  { timeout: 60_000 + runs * 20 },
  async () => {
    const random = randomOf(seed);
    const requests = Array.from({ length: runs }, () => makeRequest(random));
    const { stdout, status } = spawnSync(PYTHON, [fileURLToPath(new URL('oracle.py', import.meta.url))], {
      input: requests.map((request) => JSON.stringify(request)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      env: { ...process.env, PYTHONHASHSEED: '0' },
    });
    expect(status).toBe(0);
    const answers = stdout.trimEnd().split('\n');
    expect(answers.length).toBe(runs);
    const differences: unknown[] = [];
    for (const [index, request] of requests.entries()) {
      if (debianDifferences.some((difference) => difference.matches(request))) continue;
      const ours = reduce((await answer(request)) as Record<string, unknown>);
      const theirs = reduce(JSON.parse(answers[index] ?? '') as Record<string, unknown>);
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differences.push({ request, ours, theirs });
      if (differences.length >= 5) break;
    }
    expect(differences, `PROPERTY_SEED=${String(seed)}`).toEqual([]);
  },
);
