import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('processes of a deployment end with the one that started them, also when that is killed and they are frozen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-service-'));
  try {
    await writeFile(join(folder, 'idle.mjs'), 'setInterval(() => undefined, 1000);\n');
    await writeFile(
      join(folder, 'starter.ts'),
      `import { Child } from ${JSON.stringify(fileURLToPath(new URL('../src/real/child.ts', import.meta.url)))};
       const children = ['one', 'two'].map((name) => new Child(name, { file: process.argv[2] ?? '', words: [] }));
       for (const child of children) child.start();
       children[1]?.signal('SIGSTOP');
       console.log(children.map(({ pid }) => pid).join(' '));
       setInterval(() => undefined, 1000);`,
    );
    const outfile = join(folder, 'starter.mjs');
    await build({
      entryPoints: [join(folder, 'starter.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const starter = spawn(process.execPath, [outfile, join(folder, 'idle.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(starter.stdout, 'data')) as [Buffer];
    const pids = chunk.toString().trim().split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    starter.kill('SIGKILL');
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
