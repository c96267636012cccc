import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLine } from '../../src/commands/run.ts';
import { cliDivergences } from './cli-divergences.ts';
import { readRecordedCommands, translate, type RecordedCommand } from './cli-record.ts';
import { files } from './cli-service.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-cli-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Help is worded anew, and the file behind `nul.conf` is not known. */
const isComparable = ({ line }: RecordedCommand): boolean => !/--help|nul\.conf/.test(line);

const recorded = readRecordedCommands().filter(isComparable);

const answer = async (line: string): Promise<{ exitCode: number; output: string[] }> => {
  const { output, exitCode } = await runLine(translate(line), { directory });
  return { exitCode, output: output.replaceAll(directory, '$DIR').split('\n').slice(0, -1) };
};

/** Lines with some taken away and others added, in any order. */
const changed = (
  lines: readonly string[],
  removed: readonly string[],
  added: readonly string[],
): string[] => {
  const left = [...lines];
  for (const line of removed) {
    expect(left, `the line a divergence takes away is there`).toContain(line);
    left.splice(left.indexOf(line), 1);
  }
  return [...left, ...added].sort();
};

const commands = [
  ...recorded,
  ...cliDivergences.flatMap(({ command, oslo }) => (oslo === undefined ? [] : [{ line: command, ...oslo }])),
];

test.each(commands.map((command) => [command.line, command] as const))(
  '%s answers as recorded of oslo.policy 6.0.0, but for the divergences',
  async (line, { exitCode, output }) => {
    const own = cliDivergences.filter(({ command }) => command === line);
    const ours = await answer(line);
    const removed = own.flatMap((divergence) => divergence.removed ?? []);
    const added = own.flatMap((divergence) => divergence.added ?? []);
    expect([...ours.output].sort()).toEqual(changed(output, removed, added));
    expect(ours.exitCode).toBe(
      own.find((divergence) => divergence.exitCode !== undefined)?.exitCode ?? exitCode,
    );
    if (own.length === 0) expect(ours.output).toEqual(output);
  },
);

test('every divergence of the command lines names a command, and a difference', () => {
  for (const { key, command, removed = [], added = [], exitCode } of cliDivergences) {
    const found = commands.find(({ line }) => line === command);
    expect(found, key).toBeDefined();
    const differs = removed.length + added.length > 0 || exitCode !== found?.exitCode;
    expect(differs, key).toBe(true);
  }
});
