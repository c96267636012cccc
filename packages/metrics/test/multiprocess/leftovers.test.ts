import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileArena } from '../../src/arenas/file.ts';
import { renderText } from '../../src/exposition/text.ts';
import { DirectorySource } from '../../src/multiprocess/directory.ts';
import { MergedPage } from '../../src/multiprocess/merge.ts';
import { createMetrics } from '../../src/registry.ts';

it('what processes left that were killed amid their first or last step is removed; files of the living are not', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-leftovers-'));
  try {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    for (const name of [
      `${String(pid)}-0a1b.records`,
      `${String(pid)}-0c2d.records`,
      `${String(pid)}-0c2d.values`,
      `accumulated.json.${String(pid)}.tmp`,
      `${String(process.pid)}-ffff.records`,
      'something-else.txt',
    ]) {
      writeFileSync(join(directory, name), '');
    }
    // The lock of one that was killed while it had it.
    writeFileSync(join(directory, 'fold.lock'), `${String(pid)} 1`);
    using arena = fileArena({ directory });
    const metrics = createMetrics({ arena });
    metrics.counter('c').inc(5);
    arena.flush();
    const page = new MergedPage([new DirectorySource(directory)]);
    expect(renderText(await page.collect())).toContain('c_total 5\n');
    const own = readdirSync(directory).filter((name) => /^\d+-[0-9a-f]{12}\./u.test(name));
    expect(own.length).toBe(2);
    const others = readdirSync(directory).filter((name) => !own.includes(name));
    expect(others.sort()).toEqual(
      [`${String(process.pid)}-ffff.records`, 'fold.lock', 'something-else.txt'].sort(),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
