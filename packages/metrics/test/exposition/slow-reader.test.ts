import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { metricsHandler } from '../../src/exposition/handler.ts';
import { createMetrics } from '../../src/registry.ts';

it('a page that its reader takes in small parts leaves no listeners on the response', async () => {
  const metrics = createMetrics({ limits: { seriesPerMetric: 100_000 } });
  const counter = metrics.counter('requests', { help: 'Requests.', labels: ['id'] });
  for (let id = 0; id < 60_000; id += 1) counter.inc({ id: `a rather long label ${String(id)}` });
  const handle = metricsHandler(metrics);
  const counts: number[] = [];
  const server = createServer((request, response: ServerResponse) => {
    response.on('drain', () => counts.push(response.listenerCount('close')));
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  let bytes = 0;
  for await (const chunk of socket) {
    bytes += (chunk as Buffer).length;
    if (counts.length < 30) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  server.close();
  expect(bytes).toBeGreaterThan(2_000_000);
  expect(counts.length).toBeGreaterThan(4);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
});
