import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Health } from '../health.ts';
import { readService, SERVING_STATUS, writeList, writeStatus, type ServingStatus } from './grpc-messages.ts';

/** Where gRPC health is served. */
export interface GrpcHealthOptions {
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** Names of gRPC services and the group that each stands for; groups are services by their own names too. @default none */
  readonly services?: Readonly<Record<string, string>>;
}

/** A server of grpc.health.v1 that runs. */
export interface GrpcHealthServer extends AsyncDisposable {
  readonly port: number;
  /** Ends every connection, and stops listening. */
  close(): Promise<void>;
}

const CODES = { OK: 0, INVALID_ARGUMENT: 3, NOT_FOUND: 5, RESOURCE_EXHAUSTED: 8, UNIMPLEMENTED: 12 } as const;
const MOST_BYTES = 1024;
const MOST_WATCHERS = 64;
const PATH = '/grpc.health.v1.Health/';

const frame = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

const fail = (stream: ServerHttp2Stream, code: number, message: string): void => {
  if (stream.destroyed) return;
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': message,
    },
    { endStream: true },
  );
};

const begin = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': String(CODES.OK) });
  });
};

/** The message that these bytes begin with; undefined while it is not whole, null when it cannot be read. */
const messageIn = (bytes: Buffer): Buffer | null | undefined => {
  if (bytes.length < 5) return undefined;
  const size = bytes.readUInt32BE(1);
  if (bytes[0] !== 0 || size > MOST_BYTES) return null;
  return bytes.length < 5 + size ? undefined : bytes.subarray(5, 5 + size);
};

/** The one message of a request; null when it is too long, compressed or no message. */
const readMessage = async (stream: ServerHttp2Stream): Promise<Buffer | null> =>
  new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      // What follows the message is let through and thrown away.
      if (bytes.length > MOST_BYTES + 5) return;
      bytes = Buffer.concat([bytes, chunk]);
      const message = messageIn(bytes);
      if (message !== undefined) resolve(message);
    });
    const end = (): void => {
      resolve(null);
    };
    stream.once('end', end).once('close', end);
  });

/** Answers the calls of grpc.health.v1 from what is known already. */
class GrpcHealth {
  readonly #health: Health;
  readonly #services: Readonly<Record<string, string>>;
  #watchers = 0;

  constructor(health: Health, services: Readonly<Record<string, string>>) {
    this.#health = health;
    this.#services = services;
  }

  async serve(stream: ServerHttp2Stream, path: string): Promise<void> {
    const call = path.startsWith(PATH) ? path.slice(PATH.length) : '';
    if (!['Check', 'Watch', 'List'].includes(call)) {
      fail(stream, CODES.UNIMPLEMENTED, 'there is no such call');
      return;
    }
    const message = await readMessage(stream);
    if (message === null) {
      fail(stream, CODES.INVALID_ARGUMENT, 'the message cannot be read');
      return;
    }
    try {
      if (call === 'List') this.#list(stream);
      else if (call === 'Watch') this.#watch(stream, readService(message));
      else this.#check(stream, readService(message));
    } catch {
      fail(stream, CODES.INVALID_ARGUMENT, 'the message cannot be read');
    }
  }

  #statusOf(service: string): ServingStatus | undefined {
    const { groups } = this.#health;
    const named = Object.hasOwn(this.#services, service) ? this.#services[service] : undefined;
    const group = named ?? (service === '' ? 'readiness' : service);
    if (!groups.includes(group)) return undefined;
    const { status } = this.#health.standing(group);
    // In a shutdown nothing is served any more, whatever is alive.
    if (this.#health.phase === 'draining') return SERVING_STATUS.NOT_SERVING;
    return status === 'fail' ? SERVING_STATUS.NOT_SERVING : SERVING_STATUS.SERVING;
  }

  #check(stream: ServerHttp2Stream, service: string): void {
    const status = this.#statusOf(service);
    if (status === undefined) {
      fail(stream, CODES.NOT_FOUND, 'there is no such service');
      return;
    }
    begin(stream);
    stream.end(frame(writeStatus(status)));
  }

  #list(stream: ServerHttp2Stream): void {
    const names = ['', ...this.#health.groups, ...Object.keys(this.#services)];
    const statuses = new Map(
      names.map((name) => [name, this.#statusOf(name) ?? SERVING_STATUS.SERVICE_UNKNOWN]),
    );
    begin(stream);
    stream.end(frame(writeList(statuses)));
  }

  /** Tells the present state, and every other one that follows. */
  #watch(stream: ServerHttp2Stream, service: string): void {
    if (this.#watchers >= MOST_WATCHERS) {
      fail(stream, CODES.RESOURCE_EXHAUSTED, 'too many watch');
      return;
    }
    this.#watchers += 1;
    begin(stream);
    let told: ServingStatus | undefined;
    const tell = (): void => {
      const status = this.#statusOf(service) ?? SERVING_STATUS.SERVICE_UNKNOWN;
      if (status === told || stream.destroyed) return;
      told = status;
      stream.write(frame(writeStatus(status)));
    };
    tell();
    const end = this.#health.onChange(tell);
    stream.once('close', () => {
      end();
      this.#watchers -= 1;
    });
  }
}

const listening = async (server: Http2Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/**
 * Serves grpc.health.v1 (Check, Watch, List) over plain HTTP/2: the empty service is readiness, groups are services by
 * their names. Keeps no process alive.
 * @see https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto
 */
export const startGrpcHealth = async (
  health: Health,
  options: GrpcHealthOptions,
): Promise<GrpcHealthServer> => {
  const grpc = new GrpcHealth(health, options.services ?? {});
  const server = createServer({ settings: { maxConcurrentStreams: 100, maxHeaderListSize: 8192 } });
  const sessions = new Set<{ destroy(): void }>();
  server.maxConnections = 64;
  server.unref();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    grpc.serve(stream, String(headers[':path'])).catch(() => {
      stream.destroy();
    });
  });
  const port = await listening(server, options.port, options.host ?? '127.0.0.1');
  const close = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  };
  return { port, close, [Symbol.asyncDispose]: close };
};
