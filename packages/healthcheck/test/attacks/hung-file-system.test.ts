// S15: what a toggle's path may be, and a file system that does not answer.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Health } from '../../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'hung-'));
const [mountpoint, control] = [join(directory, 'mount'), join(directory, 'hang')];
const missing =
  (await originalsMissing({ fusepy: '' }, ['python3-fusepy', 'fuse3'])) ??
  (existsSync('/dev/fuse') ? undefined : 'there is no /dev/fuse');

test('a directory, a FIFO and a good link count as files; what cannot be reached does not', async () => {
  mkdirSync(join(directory, 'd'));
  spawnSync('mkfifo', [join(directory, 'fifo')]);
  writeFileSync(join(directory, 'f'), '');
  symlinkSync(join(directory, 'f'), join(directory, 'link'));
  symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling'));
  const paths = ['d', 'fifo', 'link', 'dangling', 'f/below', 'x'.repeat(300), 'nul\0byte'];
  const answers: boolean[] = [];
  for (const path of paths) {
    await using health = new Health({
      backends: ['disable_by_file'],
      disableByFilePath: join(directory, path),
    });
    await health.start();
    answers.push(health.standing('readiness').status === 'fail');
  }
  expect(answers).toEqual([true, true, true, false, false, false, false]);
});

describe.skipIf(missing !== undefined)(
  `a file system that hangs${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let mounted: ChildProcess;
    beforeAll(async () => {
      mkdirSync(mountpoint);
      const script = fileURLToPath(new URL('hung-file-system.py', import.meta.url));
      mounted = spawn(PYTHON, [script, mountpoint, control], { stdio: 'ignore' });
      await vi.waitUntil(() => existsSync(join(mountpoint, '.marker')), { timeout: 10_000 });
    });
    afterAll(() => {
      rmSync(control, { force: true });
      spawnSync('fusermount3', ['-u', '-z', mountpoint]);
      mounted.kill();
      rmSync(directory, { recursive: true, force: true });
    });

    test('stalls nothing: toggles keep their answer, what must be there is missing, files and names stay reachable', async () => {
      const marker = join(mountpoint, '.marker');
      await using disabled = new Health({
        backends: ['disable_by_file'],
        disableByFilePath: marker,
        fileInterval: '50ms',
        tick: '20ms',
      });
      const others = Array.from(
        { length: 6 },
        () =>
          new Health({
            backends: ['enable_by_files'],
            enableByFilePaths: [marker],
            fileInterval: '50ms',
            tick: '20ms',
          }),
      );
      await Promise.all([disabled.start(), ...others.map(async (health) => health.start())]);
      expect(disabled.standing('readiness').reasons).toEqual(['DISABLED BY FILE']);
      expect(others.map((health) => health.standing('readiness').status)).toEqual(Array(6).fill('pass'));
      // How long this machine makes timers wait anyway.
      const beats = async (milliseconds: number): Promise<number> => {
        let worst = 0;
        const end = performance.now() + milliseconds;
        while (performance.now() < end) {
          const before = performance.now();
          await new Promise((resolve) => setTimeout(resolve, 10));
          worst = Math.max(worst, performance.now() - before - 10);
        }
        return worst;
      };
      const usual = await beats(500);
      writeFileSync(control, '');
      const begun = performance.now();
      const [delay] = await Promise.all([
        beats(1000),
        vi.waitUntil(() => others.every((health) => health.standing('readiness').status === 'fail'), {
          timeout: 3000,
        }),
      ]);
      expect(delay).toBeLessThan(50 + usual);
      expect(performance.now() - begun).toBeLessThan(1000 + 3 * usual + 200);
      expect(disabled.standing('readiness').reasons).toEqual(['DISABLED BY FILE']);
      expect(others[0]?.standing('readiness').reasons).toEqual(['FILE PATH MISSING']);
      await expect(lookup('localhost')).resolves.toBeDefined();
      await expect(readFile(new URL(import.meta.url))).resolves.toBeDefined();
      rmSync(control);
      await vi.waitUntil(() => others.every((health) => health.standing('readiness').status === 'pass'), {
        timeout: 5000,
      });
      for (const health of others) health.close();
    });
  },
);
