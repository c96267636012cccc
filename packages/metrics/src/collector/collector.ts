import { closeSync, readFileSync } from 'node:fs';
import type { CardinalityReport } from '../cardinality/report.ts';
import { collectorRejected } from '../channels.ts';
import { ReceiverUnavailableError } from '../errors.ts';
import { renderText } from '../exposition/text.ts';
import { MergedPage } from '../multiprocess/merge.ts';
import { registrySource } from '../multiprocess/registry-source.ts';
import { describeSocket, inheritedDescriptors } from '../receivers/inherited.ts';
import { loadLibc, type Libc } from '../receivers/libc.ts';
import type { ReceiverName } from '../receivers/receiver.ts';
import { createMetrics, type Registry } from '../registry.ts';
import { createStreamServer } from '../stream/server.ts';
import { StreamLedger } from '../stream/ledger.ts';
import { type HttpServer, serveCollector } from './http.ts';
import type { ResolvedCollectorOptions } from './options.ts';
import { type OwnedSocketFile, ownSocketFile } from './socket-file.ts';
import { type ReceivingThread, startReceiving } from './thread.ts';

/** What a collector is started with besides its options. */
export interface CollectorSurroundings {
  /** Where `LISTEN_FDS` says what was inherited; pass `process.env`. @default nothing is inherited */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Gets a line for each request, unless the options say that they are kept out of the log. */
  readonly onRequest?: (line: string) => void;
}

/** A collector at work. */
export interface Collector extends AsyncDisposable {
  /** Of the page. */
  readonly url: string;
  readonly port: number;
  /** By what means it receives. */
  readonly receiver: ReceiverName;
  /** Which metrics are at their limits, and which labels are to blame. */
  cardinality(): Promise<readonly CardinalityReport[]>;
  /** The page of now, as text. */
  render(): Promise<string>;
  /** Ends it: false where its thread cannot be ended as long as no datagram arrives on an inherited socket. */
  close(): Promise<boolean>;
}

/** How often it looks whether its socket file is still there. */
const WATCH_INTERVAL = 1000;

/** In /proc/net/unix: a socket that accepts connections. */
const ACCEPTING = '00010000';

/** A socket that datagrams come from. */
interface DatagramSocket {
  readonly descriptor: number;
  readonly isPlain: boolean;
  readonly receiver: ReceiverName;
  readonly file: OwnedSocketFile | undefined;
  readonly libc: Libc | undefined;
}

const inheritedSocket = (
  environment: CollectorSurroundings['environment'],
  kind: 'datagram' | 'stream',
): number | undefined => {
  for (const descriptor of inheritedDescriptors(environment ?? {}).keys()) {
    if (describeSocket(descriptor)?.kind === kind) return descriptor;
  }
  return undefined;
};

const bindTo =
  (libc: Libc, descriptor: number) =>
  (path: string): void => {
    if (libc.bind(descriptor, path) < 0) throw new Error('the system refused to make it');
  };

/** Whether somebody receives at a path. */
const isServed =
  (libc: Libc) =>
  (path: string): boolean => {
    const probe = libc.socket();
    const answer = libc.connect(probe, path);
    libc.close(probe);
    return answer >= 0;
  };

const obtainSocket = (
  { socketFile, mode, group, isPlain }: ResolvedCollectorOptions,
  environment: CollectorSurroundings['environment'],
): DatagramSocket => {
  const inherited = inheritedSocket(environment, 'datagram');
  const libc = isPlain ? undefined : loadLibc();
  if (inherited !== undefined) {
    return {
      descriptor: inherited,
      isPlain: libc === undefined,
      receiver: 'inherited',
      file: undefined,
      libc,
    };
  }
  if (libc === undefined) {
    throw new ReceiverUnavailableError(
      isPlain
        ? 'receiver = plain needs an inherited socket, and there is none'
        : 'no socket was inherited, and neither node:ffi nor koffi is there',
    );
  }
  const descriptor = libc.socket();
  try {
    const file = ownSocketFile({ path: socketFile, mode, group }, isServed(libc), bindTo(libc, descriptor));
    return { descriptor, isPlain: false, receiver: libc.name, file, libc };
  } catch (error) {
    libc.close(descriptor);
    throw error;
  }
};

const threadSocket = ({ isPlain, file, libc }: DatagramSocket): Parameters<typeof startReceiving>[1] => ({
  isPlain,
  isInherited: file === undefined,
  shutdown: (descriptor) => libc?.shutdown(descriptor),
});

/** Makes the socket file again where somebody removed it. */
const watchFile = (socket: DatagramSocket, thread: ReceivingThread): (() => number) => {
  const { file, libc } = socket;
  let { descriptor } = socket;
  if (file === undefined || libc === undefined) return () => descriptor;
  let retired: number | undefined;
  const timer = setInterval(() => {
    if (retired !== undefined) libc.close(retired);
    retired = undefined;
    if (file.isOurs()) return;
    const next = libc.socket();
    try {
      file.remake(bindTo(libc, next));
    } catch {
      // The folder may be gone too: it looks again.
      libc.close(next);
      return;
    }
    thread.moveTo(next);
    libc.shutdown(descriptor);
    retired = descriptor;
    descriptor = next;
  }, WATCH_INTERVAL);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (retired !== undefined) libc.close(retired);
    return descriptor;
  };
};

/** Whether somebody listens at a path for streams. */
const isListened = (path: string): boolean =>
  readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some((line) => line.endsWith(` ${path}`) && line.split(/\s+/u)[3] === ACCEPTING);

/** The stream socket, where there should be one. */
const openStream = (
  options: ResolvedCollectorOptions,
  environment: CollectorSurroundings['environment'],
  self: Registry,
): { readonly ledger: StreamLedger; readonly registry: Registry; close(): Promise<void> } | undefined => {
  const { streamFile, seriesPerMetric, series, ttl, labelBytes, isOslo, mode, group } = options;
  const inherited = inheritedSocket(environment, 'stream');
  if (streamFile === undefined && inherited === undefined) return undefined;
  const registry = createMetrics({
    limits: { seriesPerMetric, series },
    selfMetrics: !isOslo,
    ...(ttl === undefined ? {} : { ttl: ttl / 1000 }),
  });
  const dropped = self.counter('oslo_metrics_collector_stream_dropped', {
    help: 'Events that senders on the stream counted and that are not on the page.',
    labels: ['reason'],
  });
  const broken = self.counter('oslo_metrics_collector_stream_broken', {
    help: 'Connections to the stream that were cut off because of what they said.',
  });
  const ledger = new StreamLedger(registry, {
    labelBytes,
    onDropped: (reason, events) => {
      dropped.inc({ reason }, events);
    },
  });
  self.gauge('oslo_metrics_collector_stream_senders', {
    help: 'Senders connected to the stream.',
    observe: () => ledger.senders,
  });
  const server = createStreamServer(ledger, () => {
    broken.inc();
  });
  let file: OwnedSocketFile | undefined;
  if (inherited !== undefined) server.listen({ fd: inherited });
  else if (streamFile !== undefined) {
    // A socket of the Unix family exists as soon as listen() has returned.
    file = ownSocketFile({ path: streamFile, mode, group }, isListened, (path) => {
      server.listen({ path });
    });
  }
  return {
    ledger,
    registry,
    close: async () => {
      file?.release();
      await server.close();
    },
  };
};

/** Numbers about the collector itself that the receiving thread cannot know. */
const selfSource = (): { readonly registry: Registry; readonly observeScrape: (seconds: number) => void } => {
  const registry = createMetrics({ selfMetrics: false });
  const durations = registry.histogram('oslo_metrics_collector_scrape_duration_seconds', {
    help: 'How long it took to gather the numbers of a page.',
    unit: 'seconds',
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5],
  });
  return {
    registry,
    observeScrape: (seconds) => {
      durations.observe(seconds);
    },
  };
};

/**
 * Starts a collector with resolved options.
 * @throws ServerStartError where the port is taken: nothing of the socket is touched then
 * @throws SocketFileError, CollectorRunningError, ReceiverUnavailableError
 */
export const runCollector = async (
  options: ResolvedCollectorOptions,
  { environment, onRequest }: CollectorSurroundings = {},
): Promise<Collector> => {
  const { isOslo } = options;
  const started: { thread?: ReceivingThread; ledger?: StreamLedger } = {};
  const self = selfSource();
  const sources = [
    { contribute: (page: MergedPage) => started.thread?.source.contribute(page) },
    { contribute: (page: MergedPage) => started.ledger?.contribute(page) },
    ...(isOslo ? [] : [registrySource(self.registry)]),
  ];
  const page = new MergedPage(sources);
  const assertSendable = (): void => {
    const { failure, isUnencodable } = started.thread ?? { failure: undefined, isUnencodable: false };
    // A page that no longer grows must not look like a quiet service.
    if (failure !== undefined) throw failure;
    if (isOslo && isUnencodable) {
      throw new RangeError('a label has half of a surrogate pair, which Python cannot send');
    }
  };
  const collect = async (): Promise<Registry> => {
    assertSendable();
    const begin = performance.now();
    const registry = await page.collect();
    self.observeScrape((performance.now() - begin) / 1000);
    return registry;
  };
  const cardinality = async (): Promise<readonly CardinalityReport[]> => [
    ...((await started.thread?.cardinality()) ?? []),
    ...(stream?.registry.cardinality() ?? []),
  ];
  let stream: ReturnType<typeof openStream>;
  const http: HttpServer = await serveCollector({
    host: options.host,
    port: options.port,
    isOslo,
    page: { collect },
    reports: { '/cardinality': async () => cardinality() },
    onRequest: options.isSilent ? undefined : onRequest,
  });
  let socket: DatagramSocket;
  try {
    stream = openStream(options, environment, self.registry);
    if (stream !== undefined) started.ledger = stream.ledger;
    socket = obtainSocket(options, environment);
  } catch (error) {
    await Promise.all([http.close(), stream?.close()]);
    throw error;
  }
  let thread: ReceivingThread;
  try {
    thread = await startReceiving(socket.descriptor, threadSocket(socket), options, (news) => {
      if (!collectorRejected.hasSubscribers) return;
      const { reason, message, count } = news;
      collectorRejected.publish({ reason, message, count });
    });
  } catch (error) {
    socket.file?.release();
    await Promise.all([http.close(), stream?.close()]);
    throw error;
  }
  started.thread = thread;
  const stopWatching = watchFile(socket, thread);
  let closing: Promise<boolean> | undefined;
  const close = (): Promise<boolean> =>
    (closing ??= (async () => {
      const descriptor = stopWatching();
      await Promise.all([http.close(), stream?.close()]);
      socket.file?.release();
      const hasEnded = await thread.stop();
      if (hasEnded) {
        if (socket.libc === undefined) closeSync(descriptor);
        else socket.libc.close(descriptor);
      }
      return hasEnded;
    })());
  return {
    url: http.url,
    port: http.port,
    receiver: socket.receiver,
    cardinality,
    render: async () =>
      renderText(await new MergedPage(sources).collect(), { numbers: 'python', created: isOslo }),
    close,
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  };
};
