import { createServer, connect, type Server as NetServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** What the proxy does to bytes that the server sends. */
export type Fault = 'none' | 'slow' | 'reset' | 'truncate' | 'garbage';

/** A TCP proxy on loopback that can be told to misbehave. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  set(fault: Fault): void;
  /** Ends all connections and leads to this port from now on. */
  redirect(target: number): void;
}

const SLOW = 3000;

/** Starts a proxy before a server of this port. */
export const faultProxy = async (first: number): Promise<FaultProxy> => {
  let target = first;
  let fault: Fault = 'none';
  const open = new Set<Socket>();
  const server: NetServer = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    open.add(client).add(upstream);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
      open.delete(upstream);
    };
    client.on('error', end).on('close', end);
    upstream.on('error', end).on('close', end);
    client.on('data', (chunk: Buffer) => {
      if (fault === 'reset') client.resetAndDestroy();
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      switch (fault) {
        case 'slow':
          setTimeout(() => client.write(chunk), SLOW).unref();
          return;
        case 'truncate':
          client.end(chunk.subarray(0, Math.floor(chunk.length / 2)));
          return;
        case 'garbage':
          client.write(Buffer.from('!!! this is no answer\n'));
          return;
        default:
          client.write(chunk);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    set: (next) => {
      fault = next;
      // Connections that saw a fault do not come back to their senses.
      if (next === 'none') for (const socket of open) socket.destroy();
    },
    redirect: (next) => {
      target = next;
      for (const socket of open) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
