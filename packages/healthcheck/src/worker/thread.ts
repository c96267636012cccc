/** What the thread gets when it starts. */
export interface ThreadData {
  readonly memory: SharedArrayBuffer;
  readonly host: string;
  readonly port: number;
  /** By path, the number of its state in memory. */
  readonly paths: Readonly<Record<string, number>>;
  /** How long the main loop may stand still until the service is not ready, and until it does not live: milliseconds. */
  readonly readyStall: number;
  readonly liveStall: number;
}

/** Where things are in memory: a time as a 64-bit integer, then states as 32-bit ones. */
export const SLOT = { liveness: 2, readiness: 3, startup: 4, length: 5 } as const;

/**
 * What runs in the thread. It is sent as source text, so that it needs no file of its own wherever the package is bundled:
 * it may use nothing from outside of itself.
 */
export const answerInThread = (): void => {
  const { createServer } = process.getBuiltinModule('node:http');
  const threads = process.getBuiltinModule('node:worker_threads');
  const { parentPort } = threads;
  const { memory, host, port, paths, readyStall, liveStall } = threads.workerData as ThreadData;
  const beat = new BigInt64Array(memory, 0, 1);
  const states = new Int32Array(memory);
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const slot = Object.hasOwn(paths, path) ? paths[path] : undefined;
    if (slot === undefined) {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    const isLiveness = slot === 2;
    const stall = Number(process.hrtime.bigint() / 1_000_000n - Atomics.load(beat, 0));
    const stalls = stall >= (isLiveness ? liveStall : readyStall);
    const isUp = Atomics.load(states, slot) === 1 && !stalls;
    const body =
      request.method === 'HEAD' || isUp ? '' : stalls ? 'STALLED' : isLiveness ? 'BROKEN' : 'UNAVAILABLE';
    response
      .writeHead(isUp ? (request.method === 'HEAD' ? 204 : 200) : 503, {
        'Content-Type': 'text/plain; charset=UTF-8',
        ...(isUp && request.method === 'HEAD' ? {} : { 'Content-Length': String(body.length) }),
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      })
      .end(body);
  });
  server.headersTimeout = 2000;
  server.maxConnections = 64;
  server.once('error', (error) => parentPort?.postMessage({ error: error.message }));
  server.listen(port, host, () => parentPort?.postMessage({ address: server.address() }));
};
