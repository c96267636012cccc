import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { startServer } from '../src/index.js';
import { processesOf } from '../src/processes.js';
import { missing, titled } from './available.ts';
import { isGone, stateOf } from './states.ts';

const INDEX = fileURLToPath(new URL('../src/index.js', import.meta.url));

interface Started {
  pid: number;
  dataDirectory: string;
}

/** A process that starts servers, tells of them and then does something. */
const programWith = async (
  names: readonly string[],
  then: string,
): Promise<{ program: ChildProcess; servers: Started[] }> => {
  const source = `
    import { startServer } from ${JSON.stringify(INDEX)};
    const servers = await Promise.all(${JSON.stringify(names)}.map((name) => startServer(name)));
    console.log(JSON.stringify(servers.map(({ pid, dataDirectory }) => ({ pid, dataDirectory }))));
    ${then}`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(program.stdout.setEncoding('utf8'), 'data')) as [string];
  const servers = JSON.parse(line) as Started[];
  return { program, servers };
};

const areGone = (servers: readonly Started[]): Promise<void> =>
  vi.waitFor(
    () => {
      expect(servers.map(({ pid, dataDirectory }) => isGone(pid, dataDirectory))).toEqual(
        servers.map(() => true),
      );
    },
    { timeout: 10_000, interval: 20 },
  );

const reason = await missing('memcached', 'redis', 'postgresql');
const watched = it.skipIf(reason !== undefined);

watched(
  titled(
    'stops the servers and removes their folders when the test’s process is killed with SIGKILL',
    reason,
  ),
  async () => {
    const { program, servers } = await programWith(
      ['memcached', 'redis', 'postgresql'],
      'setInterval(() => {}, 1000);',
    );
    expect(servers.map(({ pid }) => stateOf(pid))).not.toContain('X');
    program.kill('SIGKILL');
    await areGone(servers);
  },
);

watched('does so for a frozen server too', async () => {
  const { program, servers } = await programWith(
    ['redis'],
    'await servers[0].freeze(); setInterval(() => {}, 1000);',
  );
  await vi.waitFor(() => {
    expect(stateOf(servers[0]?.pid)).toBe('T');
  });
  program.kill('SIGKILL');
  await areGone(servers);
});

watched('keeps no process alive that forgets to stop its server', async () => {
  const { program, servers } = await programWith(['redis'], '');
  if (program.exitCode === null) await once(program, 'exit');
  expect(program.exitCode).toBe(0);
  await areGone(servers);
});

watched('reports a server whose guardian was killed as gone, and it is', async () => {
  await using server = await startServer('redis');
  const { pid, dataDirectory } = server;
  const guardian = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]);
  process.kill(guardian, 'SIGKILL');
  await areGone([{ pid: pid ?? 0, dataDirectory: dataDirectory ?? '' }]);
  expect(server.pid).toBeUndefined();
  await expect(server.restart()).rejects.toThrow('the guardian of the server is gone');
});

watched('ends a preparation that is given up', async () => {
  const signal = AbortSignal.timeout(150);
  const processes = (): number => processesOf('/nowhere', process.pid).length;
  const before = processes();
  await expect(startServer('postgresql', { signal })).rejects.toThrow('aborted due to timeout');
  await vi.waitFor(() => {
    expect(processes()).toBe(before);
  });
});
