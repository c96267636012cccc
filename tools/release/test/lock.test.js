import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../src/lock.js';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oslofjord-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a lock is held while it is used, and free afterwards', async () => {
  const file = join(folder, 'deep', 'lock');
  const used = withLock(file, async () => {
    await expect(withLock(file, () => Promise.resolve())).rejects.toThrow(
      `process ${String(process.pid)} is releasing already; wait for it, or remove ${file}`,
    );
    return 'used';
  });
  await expect(used).resolves.toBe('used');
  expect(existsSync(file)).toBe(false);
  await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(file)).toBe(false);
});

test('locks that say nothing, or name a process that is gone, are taken over', async () => {
  const file = join(folder, 'lock');
  for (const text of ['', 'nonsense', '-1', '0', String(2 ** 22 - 1)]) {
    writeFileSync(file, text);
    writeFileSync(`${file}.takeover`, text);
    await expect(withLock(file, () => Promise.resolve(text))).resolves.toBe(text);
  }
});

test('of processes that find the lock of one that is gone at the same moment, one at a time holds it', async () => {
  const file = join(folder, 'lock');
  const inside = join(folder, 'inside');
  const script = `
    import { rmSync, writeFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(new URL('../src/lock.js', import.meta.url).href)};
    const [file, inside, start] = process.argv.slice(1);
    while (Date.now() < Number(start));
    try {
      await withLock(file, async () => {
        writeFileSync(inside, '', { flag: 'wx' });
        await setTimeout(20);
        rmSync(inside);
      });
      console.log('held');
    } catch (error) {
      console.log(error.message.replace(/.*(is releasing already).*/, '$1'));
    }
  `;
  const run = (/** @type {number} */ start) =>
    new Promise((resolve) => {
      const words = ['--input-type=module', '-e', script, file, inside, String(start)];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (/** @type {Buffer} */ chunk) => (said += String(chunk)));
      child.on('close', () => {
        resolve(said.trim());
      });
    });
  for (let round = 0; round < 5; round += 1) {
    writeFileSync(file, String(2 ** 22 - 1));
    const start = Date.now() + 300;
    const said = await Promise.all([run(start), run(start), run(start), run(start)]);
    expect(new Set(['held', 'is releasing already', ...said]).size, said.join('; ')).toBe(2);
    expect(said).toContain('held');
  }
}, 30_000);
