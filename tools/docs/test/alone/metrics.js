import { createServer } from 'node:http';
import { createMetrics, renderText } from '@oslofjord/metrics';

const metrics = createMetrics();
const requests = metrics.counter('http_requests', { help: 'Requests.', labels: { method: ['GET', 'POST'] } });
createServer(({ url, method }, response) => {
  if (url === '/metrics') return response.end(renderText(metrics));
  requests.inc({ method });
  return response.end('served');
}).listen(process.env.PORT, '127.0.0.1');
