import { createServer, type Server, type Socket } from 'node:net';
import {
  encodeJson,
  encodeReceipt,
  FRAME,
  FrameError,
  FrameReader,
  type Hello,
  parseJson,
  PROTOCOL,
} from './frames.ts';
import type { SenderAccount, StreamLedger } from './ledger.ts';

/** The stream side of a collector. */
export interface StreamServer {
  /** Listens at a path, or on an inherited descriptor. */
  listen(where: { readonly path: string } | { readonly fd: number }): void;
  close(): Promise<void>;
}

/** Senders at the same time. */
const MOST_SENDERS = 4096;
/** How long a sender may take to say hello. */
const HELLO_TIMEOUT = 5000;
const MOST_EPOCH = 64;
/** How long a sender may take to read its last receipts. */
const LAST_RECEIPTS = 200;

const helloOf = (body: Buffer): Hello => {
  const hello = parseJson(body.toString()) as Partial<Hello>;
  const { protocol, epoch, process = '' } = hello;
  if (protocol !== PROTOCOL || typeof epoch !== 'string' || epoch === '' || epoch.length > MOST_EPOCH) {
    throw new FrameError('a hello that is none');
  }
  return { protocol, epoch, process };
};

/** Makes a server of the stream; whoever speaks otherwise is cut off and counted. */
export const createStreamServer = (ledger: StreamLedger, onBroken: (error: Error) => void): StreamServer => {
  const sockets = new Set<Socket>();
  let isClosing = false;
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    const reader = new FrameReader();
    let account: SenderAccount | undefined;
    const timer = setTimeout(() => socket.destroy(), HELLO_TIMEOUT);
    timer.unref();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      sockets.delete(socket);
      account?.close();
    });
    socket.on('data', (chunk) => {
      // What is not counted gets no receipt, and the sender keeps it for the next collector.
      if (isClosing) return;
      try {
        for (const { kind, body } of reader.read(chunk)) {
          if (kind === FRAME.hello && account === undefined) {
            clearTimeout(timer);
            account = ledger.open(helloOf(body).epoch);
            const { sequence } = account;
            socket.write(encodeJson(FRAME.welcome, { protocol: PROTOCOL, sequence }));
          } else if (kind === FRAME.batch && account !== undefined) {
            socket.write(encodeReceipt(account.count(body)));
          } else throw new FrameError('a frame out of its turn');
        }
      } catch (error) {
        socket.destroy();
        onBroken(error as Error);
      }
    });
  };
  const server: Server = createServer(serve);
  server.maxConnections = MOST_SENDERS;
  server.on('error', onBroken);
  return {
    listen: (where) => {
      server.listen(where);
      server.unref();
    },
    close: async () => {
      isClosing = true;
      for (const socket of sockets) {
        // The last receipts still go out.
        socket.end();
        setTimeout(() => socket.destroy(), LAST_RECEIPTS).unref();
      }
      if (!server.listening) return;
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
