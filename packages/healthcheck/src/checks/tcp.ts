import { connect, type Socket } from 'node:net';
import type { Check } from '../components/component-options.ts';

/** Where a server listens. */
export type TcpAddress = { readonly host?: string; readonly port: number } | { readonly socket: string };

/** A connection for the time of a probe, closed when its signal says so. */
export const withConnection = async <Result>(
  address: TcpAddress,
  signal: AbortSignal,
  work: (socket: Socket) => Promise<Result>,
): Promise<Result> => {
  const socket =
    'socket' in address ? connect(address.socket) : connect(address.port, address.host ?? '127.0.0.1');
  const abort = (): void => {
    socket.destroy(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return await work(socket);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
};

/** Writes a request and waits until what came back begins with what is expected; rejects for anything else. */
export const exchange = async (
  socket: Socket,
  request: Buffer | string,
  expected: RegExp,
  enough: number,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = '';
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed the connection'));
    });
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (expected.test(received)) resolve();
      else if (received.length >= enough) reject(new Error('the server answered something else'));
    });
    socket.write(request);
  });

/** Something that accepts connections. */
export const tcp = (address: TcpAddress): Check => ({
  probe: ({ signal }) => withConnection(address, signal, async () => Promise.resolve()),
});
