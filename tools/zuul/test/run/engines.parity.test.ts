// The same playbooks under both engines: the same tasks, statuses, results, returned data and exit.
import { join } from 'node:path';
import { programMissing } from '@oslofjord/services';
import { describe, expect, test } from 'vitest';
import { both, outcomeOf } from './both-engines.ts';

const CORPUS = ['commands', 'loops', 'blocks', 'facts', 'conditions', 'files', 'includes', 'fails'];
const missing = await programMissing('ansible-playbook', ['ansible-core']);

/** Statuses in the order of tasks; hosts of one task may end in any order. */
const ordered = (statuses: readonly string[]): readonly string[] => [...statuses].sort();

describe.skipIf(missing !== undefined)(`both engines${missing === undefined ? '' : `: ${missing}`}`, () => {
  test.each([...CORPUS, 'hosts'])('%s', { timeout: 120_000 }, async (name) => {
    const file = join(import.meta.dirname, 'corpus', `${name}.yaml`);
    const isPair = name === 'hosts';
    const ours = await outcomeOf(both.native, file, { isPair });
    const theirs = await outcomeOf(both.ansible, file, { isPair });
    expect(ours.plays).toEqual(theirs.plays);
    expect(ordered(ours.statuses)).toEqual(ordered(theirs.statuses));
    expect(ours.returned).toEqual(theirs.returned);
    expect(ours.stats).toEqual(theirs.stats);
    expect(ours.rc).toBe(theirs.rc);
  });
});
