import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { LocalServer } from '../src/server.js';

it('is told at once of a server that ends before it is known to have started', async () => {
  const address = { host: '127.0.0.1', port: 1, socket: undefined };
  const kind = {
    name: 'short-lived',
    address: () => address,
    url: () => 'none:',
    command: () => ({ file: 'none', args: [] }),
    ready: () => Promise.reject(new Error('it does not answer')),
  };
  const guard = {
    onExit: (_: string): void => undefined,
    // The end and the answer arrive together, the end first.
    start(): Promise<number> {
      this.onExit('status 1');
      return Promise.resolve(4711);
    },
  };
  const context = { options: { deadline: 60_000 }, ports: {}, directory: tmpdir(), user: { name: 'nobody' } };
  const server = new LocalServer(kind as never, context as never, guard as never);
  await expect(server.start()).rejects.toThrow('short-lived died at start (status 1)');
}, 5000);
