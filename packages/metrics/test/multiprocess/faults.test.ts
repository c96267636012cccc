import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DirectorySource } from '../../src/multiprocess/directory.ts';
import { MergedPage } from '../../src/multiprocess/merge.ts';
import type { Registry } from '../../src/registry.ts';
import { bundle } from '../bundle.ts';

/** A writer, and what it has said of its count and when. */
interface Writer {
  readonly child: ChildProcess;
  readonly said: { readonly time: number; readonly count: number }[];
}

const start = (file: string, directory: string, backing: string): Writer => {
  const child = spawn(process.execPath, [file, directory, backing, import.meta.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Writer['said'] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said.push({ time: Date.now(), count: Number(line) });
  });
  return { child, said };
};

const total = (registry: Registry, name: string): number =>
  (registry.family(name)?.series ?? []).reduce((sum, { values, slot }) => sum + (values[slot] ?? 0), 0);

/** A batch that was counted but not yet said when the process was killed. */
const BATCH = 100;
/** How late a copy to the file may be on a busy machine, in milliseconds. */
const LATE = 1500;

it.each(['file', 'mmap'])(
  'of 8 writers with numbers in a %s, killed at random with SIGKILL, totals never fall and no more is lost than promised',
  { timeout: 60_000 },
  async (backing) => {
    using program = await bundle(fileURLToPath(new URL('writer.ts', import.meta.url)));
    const directory = join(program.directory, 'shared');
    const writers = Array.from({ length: 8 }, () => start(program.file, directory, backing));
    const all = [...writers];
    const page = new MergedPage([new DirectorySource(directory)]);
    let least = 0;
    const scrape = async (): Promise<void> => {
      const registry = await page.collect();
      const now = total(registry, 'events');
      expect(now).toBeGreaterThanOrEqual(least);
      least = now;
    };
    try {
      const end = Date.now() + 8000;
      for (let killed = 0; Date.now() < end;) {
        await sleep(40);
        await scrape();
        if (Math.random() > 0.2 || killed >= 24) continue;
        const victim = Math.floor(Math.random() * writers.length);
        writers[victim]?.child.kill('SIGKILL');
        killed += 1;
        const next = start(program.file, directory, backing);
        writers[victim] = next;
        all.push(next);
      }
      expect(all.length).toBeGreaterThan(12);
    } finally {
      for (const { child } of all) child.kill('SIGKILL');
      await Promise.all(
        all.map(async ({ child }) => child.signalCode ?? child.exitCode ?? (await once(child, 'close'))),
      );
    }
    await sleep(100);
    await scrape();
    // A second reading is of what was taken over from the dead.
    await scrape();
    expect(readdirSync(directory)).toEqual(['accumulated.json']);
    const registry = await page.collect();
    const said = all.map((writer) => writer.said.at(-1)?.count ?? 0).reduce((a, b) => a + b, 0);
    const counted = total(registry, 'events');
    expect(counted).toBeLessThanOrEqual(said + BATCH * all.length);
    const safe = all.map(({ said: lines }) => {
      const last = lines.at(-1);
      if (backing === 'mmap' || last === undefined) return last?.count ?? 0;
      return lines.findLast(({ time }) => time < last.time - LATE)?.count ?? 0;
    });
    expect(counted).toBeGreaterThanOrEqual(safe.reduce((a, b) => a + b, 0));
    expect(counted).toBeGreaterThan(10_000);
    // The dead do not count as live, and their distributions stay whole.
    expect(registry.family('workers')?.series ?? []).toEqual([]);
    const histogram = registry.family('sizes')?.series[0] as unknown as { readonly count: number };
    expect(Math.abs(histogram.count - counted)).toBeLessThanOrEqual(BATCH * all.length);
  },
);
