// A service with everything that holds a timer, a socket or a file, and nothing left to do.
import { createMetrics } from '../../src/registry.ts';
import { serveMetrics } from '../../src/exposition/handler.ts';
import { fileArena } from '../../src/arenas/file.ts';
import { pushOtlp } from '../../src/exporters/otlp.ts';
import { instrumentRuntime } from '../../src/runtime/runtime.ts';
import { instrumentHttpServer } from '../../src/instrumentation/http-server.ts';

const metrics = createMetrics({ arena: fileArena({ directory: process.argv[2] ?? '' }) });
instrumentRuntime(metrics);
instrumentHttpServer(metrics);
metrics.counter('events').inc(7);
pushOtlp(metrics, { url: 'http://127.0.0.1:9/', resource: { 'service.name': 'x' }, interval: '50ms' });
const server = await serveMetrics(metrics, { port: 0 });
await (await fetch(server.url)).text();
