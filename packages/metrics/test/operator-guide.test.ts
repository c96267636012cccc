import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { osloMetricsOptions } from '../src/collector.ts';
import { builtFile } from './built.ts';
import { until } from './collector/sending.ts';
import { isListening, startProcess } from './daemon/daemon-process.ts';

const guide = readFileSync(new URL('../../../docs/metrics-operator.md', import.meta.url), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'oslofjord-guide-'));
const python = existsSync('/usr/bin/python3');

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const blocks = [...guide.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gmu)].map(
  ([, language = '', file = '', text = '']) => ({ language, file, text }),
);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => {
        resolve(port);
      });
    });
  });

/** What is printed, where … is any number of lines, or any text in one. */
const patternOf = (printed: string): RegExp => {
  const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
  const lines = printed
    .trimEnd()
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\n)*?' : `${line.split('…').map(quote).join('.*')}\n`));
  return new RegExp(`^${lines.join('')}$`, 'u');
};

test.skipIf(!python)(
  'the guide as a new operator follows it prints what it says (skipped without Python)',
  async () => {
    const port = String(await freePort());
    const own = (text: string): string => text.replaceAll('3999', port);
    for (const { file, text } of blocks) if (file !== '') writeFileSync(join(directory, file), own(text));
    const bin = await builtFile('bin/oslofjord-metrics');
    const tools = join(directory, 'bin');
    mkdirSync(tools);
    writeFileSync(join(tools, 'oslofjord-metrics'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`, {
      mode: 0o755,
    });
    const environment = { ...process.env, PATH: `${tools}:${process.env.PATH ?? ''}` };
    const shell = async (line: string): Promise<string> =>
      (await promisify(execFile)('sh', ['-c', own(line)], { cwd: directory, env: environment })).stdout;
    const start = blocks.find(({ text }) => text.startsWith('oslofjord-metrics --config-file'))?.text ?? '';
    const [, ...words] = start.trim().split(' ');
    await using daemon = startProcess('sh', [
      '-c',
      `cd "${directory}" && exec "${process.execPath}" "${bin}" ${words.join(' ')}`,
    ]);
    await until(() => isListening(Number(port)), 'the daemon is ready', 20_000).catch(() => {
      throw new Error(daemon.output());
    });
    const message = blocks.find(({ text }) => text.startsWith('python3 -'))?.text ?? '';
    await shell(message);
    const sessions = blocks.filter(({ language }) => language === 'console');
    expect(sessions.length).toBe(3);
    await until(
      async () => (await shell(`curl -s http://127.0.0.1:${port}/metrics`)).includes('reason="json"'),
      'both came',
    );
    for (const { text } of sessions) {
      const [, line = '', printed = ''] = /^\$ (.*)\n([\s\S]*)$/u.exec(text) ?? [];
      expect(await shell(line), line).toMatch(patternOf(own(printed)));
    }
    expect(await daemon.end()).toBe(0);
  },
);

test('the guide lists every option with its default', () => {
  const table = /\| option [\s\S]*?\n\n/u.exec(guide)?.[0] ?? '';
  const rows = new Map(
    [...table.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gmu)].map(([, name = '', value = '']) => [name, value]),
  );
  const snake = (name: string): string => name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
  const options = Object.entries(osloMetricsOptions.options);
  expect([...rows.keys()].sort()).toEqual(options.map(([name]) => snake(name)).sort());
  for (const [name, option] of options) {
    const stated = rows.get(snake(name)) ?? '';
    const declared = 'default' in option ? String(option.default) : '';
    if (declared !== '') expect(stated, name).toBe(`\`${declared}\``);
  }
});

test('the guide lists every alert, every reason and the names of every shipped file', () => {
  const rules = readFileSync(new URL('../assets/prometheus/oslo-rpc.rules.yml', import.meta.url), 'utf8');
  const alerts = [...rules.matchAll(/alert: (\w+)/gu)].map(([, name]) => name);
  expect([...guide.matchAll(/^\| `(Oslo\w+)`/gmu)].map(([, name]) => name)).toEqual(alerts);
  const source = readFileSync(new URL('../src/wire/message.ts', import.meta.url), 'utf8');
  const reasons = /type RejectionReason =\s+([^;]+);/u.exec(source)?.[1]?.match(/\w+/gu) ?? [];
  const listed = (/\| reason [\s\S]*?\n\n/u.exec(guide)?.[0] ?? '')
    .split('\n')
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/gu)].map(([, name]) => name));
  expect(listed.sort()).toEqual([...reasons].sort());
  for (const file of [
    'systemd/oslofjord-metrics.socket',
    'systemd/oslofjord-metrics.service',
    'grafana/oslo-rpc.json',
  ]) {
    expect(existsSync(new URL(`../assets/${file}`, import.meta.url))).toBe(true);
  }
});
