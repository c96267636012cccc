import { createServer } from 'node:http';
import { attach, createHealth, HealthEndpoint } from '@oslofjord/healthcheck';

const health = createHealth({ service: 'volumes' });
const database = health.component('database', { failAfter: 1 });
const query = database.wrap(async (url) => (url === '/broken' ? Promise.reject(new Error('lost')) : 'a row'));
await health.start();
const server = createServer(async ({ url }, response) => {
  response.end(await query(url).catch(() => 'none'));
});
attach(server, new HealthEndpoint(health));
server.listen(process.env.PORT, '127.0.0.1');
