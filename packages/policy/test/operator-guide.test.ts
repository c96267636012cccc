import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runLine } from '../src/commands/run.ts';
import { readRecordedText } from './parity/services.ts';

// The guide as a new operator follows it: its files are written, its commands run in order, on Nova's real rules.
const guide = readFileSync(new URL('../../../docs/policy-operator.md', import.meta.url), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'policy-guide-'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Block {
  readonly language: string;
  readonly file: string;
  readonly text: string;
}

const blocks: Block[] = [...guide.matchAll(/^( *)```(\w+)(?: (\S+))?\n([\s\S]*?)^ *```$/gm)].map(
  ([, indent = '', language = '', file = '', text = '']) => ({
    language,
    file,
    text: text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }),
);

const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** What is printed, with any number of lines where the guide leaves some out. */
const patternOf = (printed: string): RegExp =>
  new RegExp(
    `^${printed
      .split('\n')
      .map((line) => (line === '…' ? '[\\s\\S]*?' : `${line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}\n`))
      .join('')
      .replace(/\n$/, '')}$`,
  );

test('every command of the guide prints what the guide says', async () => {
  writeFileSync(join(directory, 'nova.json'), readRecordedText('nova.rules.json'));
  for (const { file, text } of blocks) if (file !== '') writeFileSync(join(directory, file), text);
  const sessions = blocks.filter(({ language }) => language === 'console');
  expect(sessions.length).toBeGreaterThan(7);
  for (const { text } of sessions) {
    const [, line = '', printed = ''] = /^\$ oslofjord-policy (.*)\n([\s\S]*)$/.exec(text) ?? [];
    const { output } = await runLine(words(line), { directory });
    expect(output, line).toMatch(patternOf(printed));
  }
});

test('the file the guide shows after the migration is the one that was written', () => {
  const shown = blocks.find(({ language }) => language === 'text');
  expect(readFileSync(join(directory, 'policy.yaml'), 'utf8')).toBe(shown?.text);
});
