import { createServer } from 'node:http';
import { createRegion, memory } from '@oslofjord/cache';

const region = createRegion({ driver: memory({ maxEntries: 10_000 }), expirationTime: '10m' });
let made = 0;
createServer(async ({ url, method }, response) => {
  if (method === 'DELETE') await region.delete(url);
  const value = await region.getOrCreate(url, async () => ({ made: (made += 1) }));
  response.end(JSON.stringify(value));
}).listen(process.env.PORT, '127.0.0.1');
