// The same playbooks under both engines: the same tasks, statuses, results, returned data and exit. What Ansible answers
// is recorded, so that the native engine is held to it where there is no Ansible; RECORD=1 records anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { programMissing } from '@oslofjord/services';
import { afterAll, describe, expect, test } from 'vitest';
import { both, outcomeOf, type Outcome } from './both-engines.ts';

const CORPUS = [
  'texts',
  'commands',
  'loops',
  'blocks',
  'facts',
  'conditions',
  'files',
  'includes',
  'fails',
  'hosts',
];
const RECORDED = join(import.meta.dirname, 'recorded/corpus.json.gz');
const missing = await programMissing('ansible-playbook', ['ansible-core']);
const isRecording = process.env.RECORD === '1';

/** Hosts of one task may end in any order. */
const ordered = (outcome: Outcome): Outcome => ({ ...outcome, statuses: [...outcome.statuses].sort() });

const outcomes = async (engine: keyof typeof both, name: string): Promise<Outcome> =>
  ordered(
    await outcomeOf(both[engine], join(import.meta.dirname, 'corpus', `${name}.yaml`), {
      isPair: name === 'hosts',
    }),
  );

describe.skipIf(isRecording)('the native engine answers as ansible-core 2.14 did', () => {
  const recorded = isRecording
    ? {}
    : (JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as Readonly<Record<string, Outcome>>);
  test.each(CORPUS)('%s', async (name) => {
    expect(await outcomes('native', name)).toEqual(recorded[name]);
  });
});

describe.skipIf(missing !== undefined)('both engines', () => {
  const answers: Record<string, Outcome> = {};
  test.each(CORPUS)('%s', { timeout: 120_000 }, async (name) => {
    const theirs = await outcomes('ansible', name);
    answers[name] = theirs;
    expect(await outcomes('native', name)).toEqual(theirs);
  });
  afterAll(() => {
    if (isRecording) writeFileSync(RECORDED, gzipSync(JSON.stringify(answers), { level: 9 }));
  });
});
