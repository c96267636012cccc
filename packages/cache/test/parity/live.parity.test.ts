import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { originalsMissing } from '@oslofjord/services';
import { expect, test } from 'vitest';
import { effort, seed } from '../property.ts';
import { makeTrace, randomOf } from './generate.ts';
import { Session } from './session.ts';

const reason = await originalsMissing({ 'oslo.cache': '3.2.0', 'dogpile.cache': '1.1.8' }, [
  'python3-oslo.cache',
  'python3-dogpile.cache',
]);
const LENGTH = 60;
const operations = 10_000 * effort;

test.skipIf(reason !== undefined)(
  `the dogpile.cache of this machine answers new traces as we do${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: 60_000 + operations * 5 },
  async () => {
    const random = randomOf(seed);
    const requests = Array.from({ length: Math.ceil(operations / LENGTH) }, (_, index) =>
      makeTrace(random, `t${String(index)}`, LENGTH),
    ).flat();
    const oracle = fileURLToPath(new URL('oracle.py', import.meta.url));
    const { stdout, status } = spawnSync('/usr/bin/python3', [oracle], {
      input: requests.map((request) => JSON.stringify(request)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    expect(status).toBe(0);
    const answers = stdout.trimEnd().split('\n');
    expect(answers.length).toBe(requests.length);
    const session = new Session();
    for (const [index, request] of requests.entries()) {
      const ours = JSON.stringify(await session.answer(request));
      const theirs: unknown = JSON.parse(answers[index] ?? '');
      const shown = `PROPERTY_SEED=${String(seed)}, request ${String(index)}: ${JSON.stringify(request)}`;
      expect(JSON.parse(ours), shown).toEqual(theirs);
    }
  },
);
